// From one state to the next: starting, stopping, restarting, and what follows from how a stream ended.

import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import { afterStream, countFailure, pauseMs } from './backoff.ts';
import { isWanted } from './demand.ts';
import type { StreamEnded } from './events.ts';
import type { Model } from './model.ts';
import { ABSENT, type CapturingState, FAILED, HELD_OFF, IDLE, isAtRest, isLeaving, STARTING } from './state.ts';
import { act, change, enter, type Step } from './step.ts';

/** An absent camera is looked for at most this often, unless the operator or /dev says so: listing opens every camera. */
export const LOOK_INTERVAL_MS = 30_000;

const NOT_FOUND = 'not found';
export const STUCK = 'the camera program is stuck in the kernel: reboot needed';
const HELD_OFF_REASON = 'the camera is held off by the operator';
const CLOSING_REASON = 'the service is stopping';

/** ms until an absent camera may be looked for again; 0 = now */
export function lookAgainInMs(model: Model, nowMs: number): number {
  return Math.max(0, model.notFoundAtMs + LOOK_INTERVAL_MS - nowMs);
}

/** It is wanted: start it where nothing is under way. */
export function start(step: Step): void {
  const inMs = lookAgainInMs(step.model, step.nowMs);
  if (step.model.state.kind === 'absent' && inMs > 0) change(step, { retryAtMs: step.nowMs + inMs });
  else startNow(step);
}

export function startNow(step: Step): void {
  const { state, cause } = step.model;
  const isPausing = state.kind === 'restarting' && state.released;
  if (!isAtRest(state) && !isPausing) return;
  // A cause stays to be seen until frames come.
  enter(step, STARTING, state.kind === 'failed' || isPausing ? cause : null);
  act(step, { do: 'open-stream' });
}

/** Nobody wants it any more, or the operator holds it off: what runs is stopped. */
export function stop(step: Step): void {
  const { state, hold } = step.model;
  const rest = hold === 'off' ? HELD_OFF : IDLE;
  switch (state.kind) {
    case 'idle':
    case 'absent':
      if (hold === 'off') enter(step, HELD_OFF);
      else change(step, { retryAtMs: null });
      return;
    case 'failed':
    case 'held-off':
      enter(step, rest);
      return;
    case 'restarting':
      if (state.released) enter(step, rest);
      else if (!state.leaving) enter(step, { ...state, leaving: true });
      return;
    case 'capturing':
      // A still needs no viewers.
      if (hold === 'off') abortCapture(step, HELD_OFF_REASON);
      return;
    default:
      if (state.leaving) return;
      enter(step, { ...state, leaving: true });
      act(step, { do: 'stop-stream' });
  }
}

export function close(step: Step): void {
  change(step, { isClosing: true, lingerUntilMs: null, retryAtMs: null });
  abortCapture(step, CLOSING_REASON);
}

export function firstFrame(step: Step, focusing: boolean): void {
  const { state } = step.model;
  if (state.kind !== 'starting' || state.leaving) return;
  enter(step, { kind: focusing ? 'focusing' : 'streaming', leaving: false });
}

export function focusOver(step: Step): void {
  const { state } = step.model;
  if (state.kind === 'focusing' && !state.leaving) enter(step, { kind: 'streaming', leaving: false });
}

/** Ends the running stream in order to start it again: at once when it is deliberate, else after a pause. */
export function interrupt(step: Step, cause: RestartCause, message: string, deliberate: boolean): void {
  const { state } = step.model;
  if (state.kind !== 'starting' && state.kind !== 'focusing' && state.kind !== 'streaming') return;
  if (state.leaving) return;
  act(step, { do: 'count-restart', cause, message, deliberate });
  enter(step, { kind: 'restarting', released: false, deliberate, leaving: false }, `${cause}: ${message}`);
  act(step, { do: 'stop-stream' });
}

export function interruptForCapture(step: Step, state: CapturingState): void {
  act(step, { do: 'count-restart', cause: 'full still', message: 'a full still was asked for', deliberate: true });
  enter(step, state, 'full still');
  act(step, { do: 'stop-stream' });
}

/** The operator has done something about it: pauses begin anew. */
export function restart(step: Step): void {
  change(step, { failures: 0 });
  const { state } = step.model;
  if (state.kind === 'restarting' && !state.released) enter(step, { ...state, deliberate: true });
  interrupt(step, 'operator', 'the operator asked for it', true);
  if (isWanted(step.model)) startNow(step);
}

/** @returns whether `restart` has anything to do */
export function canRestart(model: Model): boolean {
  return isWanted(model) || (!isAtRest(model.state) && model.state.kind !== 'capturing' && !isLeaving(model.state));
}

/** Nothing of the stream runs any more, and no still waits for that. */
export function streamEnded(step: Step, end: StreamEnded): void {
  const { state, hold } = step.model;
  if (end.kind === 'stopped' && end.stuckInKernel) {
    stuck(step);
    return;
  }
  if (end.kind === 'absent' && hold !== 'off') {
    act(step, { do: 'log', line: { kind: 'absent' } });
    notFound(step);
    return;
  }
  if (isLeaving(state)) {
    afterwards(step);
    return;
  }
  if (state.kind !== 'restarting' && (end.kind === 'ended' || end.kind === 'failed')) {
    endedByItself(step, end);
    return;
  }
  if (state.kind !== 'restarting' || !state.deliberate) {
    pause(step, step.model.cause);
    return;
  }
  enter(step, { ...state, released: true });
  startNow(step);
}

function endedByItself(step: Step, end: StreamEnded & { readonly kind: 'ended' | 'failed' }): void {
  const { cause, message } = end;
  const { state } = step.model;
  act(step, { do: 'count-restart', cause, message, deliberate: false });
  const text = `${cause}: ${message}`;
  if (end.kind === 'failed' || state.kind === 'starting') failed(step, text);
  else pause(step, text);
  const { retryAtMs } = step.model;
  const earliestMs = step.nowMs + (end.kind === 'ended' ? (end.retryAfterMs ?? 0) : 0);
  if (retryAtMs !== null) change(step, { retryAtMs: Math.max(retryAtMs, earliestMs) });
}

export function countDelivered(step: Step, end: StreamEnded): void {
  if (!('deliveredMs' in end)) return;
  change(step, { failures: afterStream(step.model.failures, end.deliveredMs) });
}

export function stuck(step: Step): void {
  act(step, { do: 'log', line: { kind: 'failed', cause: STUCK } });
  failed(step, STUCK);
}

/** No program holds it, and trying again is planned. */
export function failed(step: Step, cause: string | null): void {
  enter(step, FAILED, cause);
  change(step, { cause, retryAtMs: step.nowMs + nextPauseMs(step) });
}

function pause(step: Step, cause: string | null): void {
  enter(step, { kind: 'restarting', released: true, deliberate: false, leaving: false }, cause);
  change(step, { retryAtMs: step.nowMs + nextPauseMs(step) });
}

function nextPauseMs(step: Step): number {
  const { failures } = step.model;
  change(step, { failures: countFailure(failures) });
  return pauseMs(failures);
}

export function retryDue(step: Step): void {
  change(step, { retryAtMs: null });
  if (isWanted(step.model)) startNow(step);
  else if (step.model.state.kind === 'failed') act(step, { do: 'look', request: null });
}

/** What a program that held the camera leaves behind. */
export function afterwards(step: Step): void {
  if (step.model.hold === 'off') {
    enter(step, HELD_OFF);
    return;
  }
  if (!isWanted(step.model)) {
    enter(step, IDLE);
    return;
  }
  enter(step, STARTING);
  act(step, { do: 'open-stream' });
}

export function notFound(step: Step): void {
  enter(step, ABSENT, NOT_FOUND);
  change(step, { notFoundAtMs: step.nowMs });
  if (isWanted(step.model)) change(step, { retryAtMs: step.nowMs + LOOK_INTERVAL_MS });
}

function abortCapture(step: Step, reason: string): void {
  const { state } = step.model;
  if (state.kind !== 'capturing' || state.capture.abortReason !== null) return;
  enter(step, { ...state, capture: { ...state.capture, abortReason: reason } });
  if (!state.afterStream) act(step, { do: 'abort-still', reason });
}
