// Stills of one camera: the next frame while its stream runs, else a capture, one at a time and shared by all who ask.

import type { StillParams, StillResult } from '@soft-stream/shared/api/broker-api';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { CameraDriver, Still } from '../../drivers/driver.ts';
import type { CameraMachine } from '../decide/state.ts';
import { type StillWay, stillWay } from '../decide/still-plan.ts';
import { CameraRefusal } from '../refusal.ts';
import { createWaitingRoom } from '../waiting-room.ts';

/** What a still needs from the camera around it. */
export interface StillHost {
  state(): CameraMachine;
  isWanted(): boolean;
  leases(): number;
  /** state and cause for people, e.g. `restarting (stalled: no frame for 10 s)` */
  describe(): string;
  /** ms until an absent camera may be looked for again; 0 = now */
  lookAgainInMs(): number;
  shotBegins(full: boolean): void;
  /** Resolves when no stream holds the camera; at once when there was none. */
  streamReleased(): Promise<void>;
  publish(still: Still): StillResult | undefined;
  shotEnds(outcome: ShotOutcome): void;
}

export interface ShotOutcome {
  readonly absent: boolean;
  readonly still: Still | undefined;
  /** undefined: it was published */
  readonly failure: string | undefined;
  readonly durationMs: number;
}

export interface Stills {
  /** @throws {CameraRefusal}; or `signal.reason` */
  take(request: Pick<StillParams, 'full' | 'notBeforeMs'>, signal?: AbortSignal): Promise<StillResult>;
  frame(result: StillResult): void;
  /** whether `frame` would reach anybody */
  readonly isWaitingForFrame: boolean;
  stateChanged(): void;
  /** Ends the capture under way. */
  abort(reason: string): void;
  /** resolves when no capture holds the camera */
  readonly settled: Promise<unknown>;
}

interface Flight {
  readonly full: boolean;
  /** its exposure begins after this */
  readonly begunAtMs: number;
  readonly result: Promise<StillResult>;
  readonly abort: AbortController;
}

export function createStills(
  options: { readonly config: CameraConfig; readonly driver: CameraDriver; readonly clock: Clock },
  host: StillHost,
): Stills {
  const { config, driver, clock } = options;
  const { snapshotTimeoutMs, fullIntervalMs, fps } = config;
  const room = createWaitingRoom<StillResult | 'state'>(clock);
  let flight: Flight | undefined;
  let fullAtMs = Number.NEGATIVE_INFINITY;

  const take: Stills['take'] = async ({ full, notBeforeMs }, signal) => {
    const askedAtMs = clock.monotonicMs();
    // A frame that arrives within a frame time of the request was exposed, at least in part, before it.
    const exposedAfterMs = Math.max(askedAtMs, notBeforeMs) + 1000 / fps;
    for (;;) {
      const join = joinable(full, notBeforeMs);
      if (join) return join.result;
      const way = wayOf(full);
      if (way === 'shoot') return shoot(full);
      refuseFor(way);
      const news = await room.wait({
        // A frame may follow a change of state at once: only what leads on is news.
        accepts: (value) =>
          value === 'state'
            ? leadsOn(wayOf(full)) || joinable(full, notBeforeMs) !== undefined
            : !full && isAfter(value, exposedAfterMs),
        timeoutMs: Math.max(0, askedAtMs + snapshotTimeoutMs - clock.monotonicMs()),
        signal,
      });
      if (news === undefined) throw failed(`no picture within ${snapshotTimeoutMs / 1000} s: `);
      if (news !== 'state') return news;
    }
  };

  const joinable = (full: boolean, notBeforeMs: number) =>
    flight && flight.full === full && flight.begunAtMs >= notBeforeMs ? flight : undefined;
  const wayOf = (full: boolean) => (flight ? 'wait' : stillWay(host.state(), full, host.isWanted()));

  /** @throws {CameraRefusal} for ways that lead nowhere */
  const refuseFor = (way: StillWay) => {
    if (way === 'held-off') throw new CameraRefusal('heldOff', 'the camera is held off by the operator');
    if (way === 'failed') throw failed('');
  };

  const failed = (what: string) => new CameraRefusal('captureFailed', `${what}the camera is ${host.describe()}`);

  const shoot = (full: boolean): Promise<StillResult> => {
    const refusal = refuse(full);
    if (refusal) return Promise.reject(refusal);
    const abort = new AbortController();
    const begunAtMs = clock.monotonicMs();
    if (full) fullAtMs = begunAtMs;
    host.shotBegins(full);
    const result = capture(full, begunAtMs, abort);
    flight = { full, begunAtMs, result, abort };
    return result;
  };

  const refuse = (full: boolean): CameraRefusal | undefined => {
    if (host.state().kind === 'absent' && host.lookAgainInMs() > 0) {
      const retryAfterMs = Math.ceil(host.lookAgainInMs());
      return new CameraRefusal('cameraAbsent', `the camera is ${host.describe()}`, { retryAfterMs });
    }
    const waitMs = fullAtMs + fullIntervalMs - clock.monotonicMs();
    if (!full || host.leases() === 0 || waitMs <= 0) return undefined;
    const limit = `one full still per ${fullIntervalMs / 1000} s while others watch`;
    return new CameraRefusal('rateLimited', limit, { retryAfterMs: Math.ceil(waitMs) });
  };

  /** The camera is released when this settles, and the camera around it knows. */
  const capture = async (full: boolean, begunAtMs: number, abort: AbortController): Promise<StillResult> => {
    const cancelTimeout = clock.after(snapshotTimeoutMs, () =>
      abort.abort(new Error(`the still took longer than ${snapshotTimeoutMs / 1000} s`)),
    );
    let absent = false;
    let still: Still | undefined;
    let failure: string | undefined;
    try {
      await host.streamReleased();
      const located = driver.known?.() ?? (await driver.locate(abort.signal));
      absent = located === undefined;
      if (located === undefined) throw new CameraRefusal('cameraAbsent', 'the camera is not there');
      still = await driver.captureStill(located, { full, signal: abort.signal });
      const result = host.publish(still);
      if (result) return result;
      const size = `${still.jpeg.byteLength} bytes do not fit the still slot`;
      throw new CameraRefusal('captureFailed', `${size}: raise ${config.camera}_still_slot_bytes`);
    } catch (error) {
      if (error instanceof CameraRefusal) failure = error.message;
      else failure = errorMessage(abort.signal.aborted ? abort.signal.reason : error);
      throw error instanceof CameraRefusal
        ? error
        : new CameraRefusal('captureFailed', `still failed: ${failure}`, { cause: error });
    } finally {
      cancelTimeout();
      flight = undefined;
      host.shotEnds({ absent, still, failure, durationMs: clock.monotonicMs() - begunAtMs });
    }
  };

  return {
    take,
    frame: (result) => room.tell(result),
    get isWaitingForFrame() {
      return !room.isEmpty;
    },
    stateChanged: () => room.tell('state'),
    abort: (reason) => flight?.abort.abort(new Error(reason)),
    get settled() {
      return Promise.resolve(flight?.result.catch(() => undefined));
    },
  };
}

function isAfter(result: StillResult, monotonicMs: number): boolean {
  return Number(BigInt(result.monotonicNs)) / 1e6 >= monotonicMs;
}

function leadsOn(way: StillWay): boolean {
  return way !== 'wait' && way !== 'stream';
}
