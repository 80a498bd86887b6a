// Focus cycles asked for: how often, when one is joined, when there is none to be had; and who waits for the end.

import type { AutofocusStatus } from '@soft-stream/shared/api/camera-status';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { type CameraMachine, isLeaving } from '../decide/state.ts';
import { CameraRefusal } from '../refusal.ts';
import { createWaitingRoom } from '../waiting-room.ts';
import type { FocusOutcome } from './gate.ts';

/** At most one restart for a focus cycle in this time. */
export const FOCUS_INTERVAL_MS = 10_000;
/** For a start, a cycle, and a busy camera before it. */
const CYCLE_WITHIN_MS = 30_000;

export interface FocusHost {
  state(): CameraMachine;
  autofocus(): AutofocusStatus | null;
  describe(): string;
  /** stops the program and starts it again, with a focus cycle first */
  restart(): void;
  /** wants the stream until released */
  claim(): () => void;
}

export interface FocusCycles {
  /** Accepts or joins a cycle of a running stream. @throws {CameraRefusal} noAutofocus, rateLimited, heldOff, cameraAbsent, refused */
  request(): { readonly joined: boolean };
  /** A cycle whatever the camera is at: an idle one is started, focused, stopped. Resolves at the end. @throws {CameraRefusal} */
  run(signal?: AbortSignal): Promise<FocusOutcome>;
  settled(outcome: FocusOutcome): void;
  stateChanged(): void;
}

/** Whether a stream of this camera begins with a focus cycle. */
export function focusesFirst(config: CameraConfig): boolean {
  return config.autofocus && config.rpicam.lensPosition === undefined;
}

export function createFocusCycles(config: CameraConfig, clock: Clock, host: FocusHost): FocusCycles {
  const room = createWaitingRoom<FocusOutcome | 'state'>(clock);
  let requestedAtMs = Number.NEGATIVE_INFINITY;

  const checkAvailable = () => {
    const refuse = (why: string) => new CameraRefusal('noAutofocus', why);
    if (!config.autofocus) throw refuse(`autofocus is off (${config.camera}_autofocus=0)`);
    if (!focusesFirst(config)) throw refuse(`the lens position is set (${config.camera}_lens_position)`);
    if (host.autofocus()?.state === 'fixed') throw refuse('this camera has a fixed focus');
    if (host.state().kind === 'held-off') throw new CameraRefusal('heldOff', 'the camera is held off by the operator');
  };

  const absent = () => new CameraRefusal('cameraAbsent', `the camera is ${host.describe()}`);
  const failed = (what: string) => new CameraRefusal('captureFailed', `${what}the camera is ${host.describe()}`);

  const request = () => {
    checkAvailable();
    const { kind } = host.state();
    const isLeft = isLeaving(host.state());
    if (!isLeft && (kind === 'starting' || kind === 'focusing' || kind === 'restarting')) return { joined: true };
    if (kind === 'absent') throw absent();
    if (kind !== 'streaming' || isLeft) {
      throw new CameraRefusal('refused', `the camera is ${host.describe()}: it focuses by itself when it starts`);
    }
    const retryAfterMs = Math.ceil(requestedAtMs + FOCUS_INTERVAL_MS - clock.monotonicMs());
    if (retryAfterMs > 0) {
      const limit = `one focus cycle per ${FOCUS_INTERVAL_MS / 1000} s`;
      throw new CameraRefusal('rateLimited', limit, { retryAfterMs });
    }
    requestedAtMs = clock.monotonicMs();
    host.restart();
    return { joined: false };
  };

  const run = async (signal?: AbortSignal) => {
    checkAvailable();
    const release = host.claim();
    try {
      // A stream that still runs is asked for a new cycle; every other state is on its way to one by the claim.
      if (host.state().kind === 'streaming' && !isLeaving(host.state())) request();
      if (host.state().kind === 'absent') throw absent();
      return await outcome(signal);
    } finally {
      release();
    }
  };

  const outcome = async (signal: AbortSignal | undefined): Promise<FocusOutcome> => {
    const leadsNowhere = () => ['failed', 'absent', 'held-off'].includes(host.state().kind);
    const news = await room.wait({
      accepts: (value) => value !== 'state' || leadsNowhere(),
      timeoutMs: CYCLE_WITHIN_MS,
      signal,
    });
    if (news === undefined) throw failed(`no focus cycle within ${CYCLE_WITHIN_MS / 1000} s: `);
    if (news !== 'state') return news;
    checkAvailable();
    throw host.state().kind === 'absent' ? absent() : failed('');
  };

  return {
    request,
    run,
    settled: (outcome) => room.tell(outcome),
    stateChanged: () => room.tell('state'),
  };
}
