// One camera: turns demand and what its program reports into transitions of state.ts, and does what each state asks.
// One failing camera touches nothing of another: everything here belongs to this one.

import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import { createAttempts } from './attempts.ts';
import type { Camera, CameraOptions } from './camera-api.ts';
import { type CameraMachine, isLeaving, isRunning } from './decide/state.ts';
import { createDemand } from './demand.ts';
import { createFocusCycles } from './focus/cycles.ts';
import { describeFocus } from './focus/gate.ts';
import { createLife } from './life.ts';
import { createCameraLog } from './log.ts';
import { createLookout } from './lookout.ts';
import { createRetryPlan } from './retry-plan.ts';
import { createRecord } from './status.ts';
import { createStills } from './still/stills.ts';
import type { SessionEnd } from './stream/session.ts';
import { createFrameSink } from './stream/sink.ts';
import { createStream } from './stream/stream.ts';

const NOT_FOUND = 'not found';
const STUCK = 'the camera program is stuck in the kernel: reboot needed';

export function createCamera(options: CameraOptions): Camera {
  const { config, driver, clock, listener } = options;
  const log = createCameraLog(config, options.log, () => clock.monotonicMs());
  const record = createRecord(config, driver.kind, options.object);
  const sink = createFrameSink(config.camera, options.area, clock, options.log);
  const attempts = createAttempts(clock);
  const retry = createRetryPlan(clock);

  let isClosing = false;
  const tell = () => {
    if (!isClosing) listener.status(status());
  };
  const isWanted = () => demand.isWanted && !isClosing;
  const wish = () => ({ wanted: isWanted(), heldOff: demand.hold === 'off' });

  /** What a state asks for. */
  const enter = (state: CameraMachine, before: CameraMachine) => {
    retry.cancel();
    if (isLeaving(state)) {
      stream.stop();
      stills.abort('the camera is held off by the operator');
    } else if (state.kind === 'starting') {
      attempts.isDeliberate = false;
      stream.open();
    } else if (state.kind === 'restarting') {
      if (state.released) retry.plan(attempts.delayMs, start);
      else stream.stop();
    } else if (state.kind === 'failed') retry.plan(attempts.delayMs, () => (isWanted() ? start() : void look()));
    else if (state.kind === 'absent' && isWanted()) retry.plan(attempts.lookAgainInMs, start);
    else if (isRunning(before) && (state.kind === 'idle' || state.kind === 'held-off')) log.released(state.kind);
  };

  const life = createLife(clock, {
    enter,
    changed: tell,
    moved() {
      if (!isClosing) listener.event('state', life.describe());
      stills.stateChanged();
      focus.stateChanged();
    },
  });
  const { dispatch } = life;

  const start = () => {
    if (!isWanted()) return;
    if (life.state.kind === 'absent' && attempts.lookAgainInMs > 0) {
      retry.plan(attempts.lookAgainInMs, start);
      tell();
    } else startNow();
  };
  /** A cause stays to be seen until frames come. */
  const startNow = () =>
    dispatch({ type: 'start' }, life.state.kind === 'failed' || life.state.kind === 'restarting' ? life.cause : null);

  const count = (why: RestartCause, message: string) => {
    record.restarted(why);
    log.restarts(why, message, attempts.isDeliberate);
    listener.event('restart', `${why}: ${message}`);
  };

  /** Ends the running stream in order to start it again: at once when it is deliberate, else after the backoff. */
  const interrupt = (why: RestartCause, message: string, deliberate: boolean) => {
    if (!stream.isOpen || isLeaving(life.state) || life.state.kind === 'restarting') return;
    attempts.isDeliberate = deliberate;
    count(why, message);
    dispatch({ type: 'interrupt' }, `${why}: ${message}`);
  };

  const onEnded = (end: SessionEnd) => {
    attempts.ended(end, isLeaving(life.state));
    if (end.kind === 'absent') {
      log.absent();
      dispatch({ type: 'absent' }, NOT_FOUND);
    } else if (end.kind === 'stopped') {
      if (end.stuckInKernel) {
        log.failed(STUCK);
        dispatch({ type: 'failed' }, STUCK);
      } else dispatch({ type: 'released', ...wish() });
    } else {
      const { cause: why, message } = end.kind === 'ended' ? end.end : end;
      attempts.isDeliberate = false;
      count(why, message);
      dispatch({ type: end.kind }, `${why}: ${message}`);
    }
  };

  const stream = createStream(
    { config, driver, sink, record, clock, log },
    {
      firstFrame: (focusing) => dispatch({ type: 'first-frame', focusing }),
      frame(frame, asStill) {
        listener.frame(frame);
        if (stills.isWaitingForFrame) stills.frame(asStill());
      },
      focusSettled(outcome) {
        dispatch({ type: 'focus-over' });
        tell();
        if (outcome.result !== 'fixed') listener.event('autofocus', describeFocus(outcome));
        focus.settled(outcome);
      },
      changed: tell,
      note: life.note,
      sick: (why, message) => interrupt(why, message, false),
      ended: onEnded,
    },
  );

  const demand = createDemand(
    { lingerMs: config.lingerMs, clock, lingers: () => stream.isOpen || life.state.kind === 'restarting' },
    {
      changed(wanted) {
        if (wanted) return start();
        if (life.state.kind === 'absent') retry.cancel();
        dispatch({ type: 'stop', heldOff: demand.hold === 'off' });
      },
      newcomer() {
        if (life.state.kind === 'failed' || life.state.kind === 'restarting') start();
      },
    },
  );

  const stills = createStills(
    { config, driver, clock },
    {
      state: () => life.state,
      isWanted,
      leases: () => demand.leases,
      describe: life.describe,
      lookAgainInMs: () => attempts.lookAgainInMs,
      shotBegins(full) {
        attempts.isDeliberate = true;
        if (stream.isOpen) count('full still', 'a full still was asked for');
        stream.stop();
        dispatch({ type: 'shoot' }, full ? 'full still' : null);
      },
      streamReleased: () => stream.released,
      publish: sink.publishStill,
      shotEnds({ absent, still, failure, durationMs }) {
        if (absent) attempts.foundNothing();
        record.stillEnded(failure);
        if (still) log.still(still, durationMs);
        if (failure !== undefined) log.stillFailed(failure);
        listener.event('still', failure ?? 'still taken');
        dispatch({ type: 'shot-done', absent, ...wish() }, absent ? NOT_FOUND : null);
      },
    },
  );

  const focus = createFocusCycles(config, clock, {
    state: () => life.state,
    autofocus: () => record.autofocus,
    describe: life.describe,
    restart: () => interrupt('autofocus request', 'a focus cycle was asked for', true),
    claim: () => demand.claim(),
  });

  const status = () =>
    record.status({
      state: life.state.kind,
      cause: life.cause,
      sinceMs: life.sinceMs,
      viewers: demand.viewers,
      leases: demand.leases,
      fps: stream.rate,
      nextTryAtMs: retry.atMs,
      hold: demand.hold,
      pid: stream.pid,
    });

  const lookout = createLookout(driver, {
    mayLook: () =>
      !isClosing && (life.state.kind === 'idle' || life.state.kind === 'absent' || life.state.kind === 'failed'),
    found(located) {
      record.located(located);
      if (life.state.kind === 'absent') log.present();
      dispatch({ type: 'present' });
      // Who came while we looked waits for the next look, which has just been called off.
      if (isWanted()) startNow();
    },
    foundNothing() {
      if (life.state.kind !== 'absent') log.absent();
      attempts.foundNothing();
      dispatch({ type: 'absent' }, NOT_FOUND);
    },
    failed(message) {
      attempts.lookFailed();
      dispatch({ type: 'failed' }, `listing failed: ${message}`);
    },
  });
  const look = async (signal?: AbortSignal) => (isWanted() ? startNow() : lookout.look(signal));

  return {
    config,
    status,
    setLeases(leases, viewers) {
      const before = demand.viewers;
      if (leases === demand.leases && viewers === before) return;
      demand.setLeases(leases, viewers);
      log.viewers(before, viewers);
      tell();
      listener.event('viewers', `${viewers} viewers`);
    },
    hold(hold) {
      demand.setHold(hold);
      if (hold === 'off') dispatch({ type: 'stop', heldOff: true });
      else if (life.state.kind === 'held-off') dispatch({ type: 'stop', heldOff: false });
      tell();
    },
    still: stills.take,
    autofocus: focus.request,
    runFocusCycle: focus.run,
    restart() {
      attempts.forgive();
      if (stream.isOpen && !isLeaving(life.state)) interrupt('operator', 'the operator asked for it', true);
      else if (isWanted()) startNow();
      else return false;
      return true;
    },
    look,
    async close() {
      isClosing = true;
      demand.stop();
      retry.cancel();
      stream.stop();
      stills.abort('the service ends');
      await Promise.all([stream.released, stills.settled]);
    },
  };
}
