// Captures of one camera, one at a time: found, taken, published, within a limit.

import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { CameraDriver } from '../../drivers/driver.ts';
import type { CaptureEnded } from '../decide/events.ts';
import type { FrameSink } from '../stream/sink.ts';

export type TroubleReport = (cause: RestartCause, message: string) => void;

export interface StillsOptions {
  /** `cam0` */
  readonly camera: string;
  readonly snapshotTimeoutMs: number;
  readonly driver: CameraDriver;
  readonly sink: FrameSink;
  readonly clock: Clock;
  readonly reportTrouble: TroubleReport;
}

export interface Stills {
  /** Only when the one before has ended. Reports exactly one end; the camera is released by then. */
  capture(full: boolean, limitMs: number): void;
  /** Ends the capture under way. */
  abort(reason: string): void;
  /** resolves when no capture holds the camera */
  readonly settled: Promise<void>;
}

interface Trouble {
  readonly cause: RestartCause;
  readonly message: string;
}

export function createStills(options: StillsOptions, ended: (end: CaptureEnded) => void): Stills {
  const { camera, snapshotTimeoutMs, driver, sink, clock, reportTrouble } = options;
  let aborting: AbortController | undefined;
  let settled: Promise<void> = Promise.resolve();

  const take = async (full: boolean, signal: AbortSignal, trouble: TroubleReport): Promise<CaptureEnded> => {
    const begunAtMs = clock.monotonicMs();
    const located = driver.known?.() ?? (await driver.locate(signal));
    if (located === undefined) return { kind: 'absent' };
    const still = await driver.captureStill(located, { full, signal, trouble });
    const result = sink.publishStill(still);
    const { width, height, focus, focusDurationMs, lensPosition } = still;
    const { byteLength } = still.jpeg;
    if (result === undefined) {
      return {
        kind: 'failed',
        message: `${byteLength} bytes do not fit the still slot: raise ${camera}_still_slot_bytes`,
      };
    }
    const durationMs = clock.monotonicMs() - begunAtMs;
    const focusing = { focus, lensPosition, ...(focusDurationMs === undefined ? {} : { focusDurationMs }) };
    return { kind: 'published', result, taken: { width, height, byteLength, durationMs, ...focusing } };
  };

  return {
    capture(full, limitMs) {
      const abort = new AbortController();
      const { signal } = abort;
      aborting = abort;
      let trouble: Trouble | undefined;
      const cancelLimit = clock.after(limitMs, () => abort.abort(new Error(limitText(snapshotTimeoutMs, trouble))));
      const onTrouble: TroubleReport = (cause, message) => {
        trouble = { cause, message };
        reportTrouble(cause, message);
      };
      const failed = (error: unknown): CaptureEnded => ({
        kind: 'failed',
        message: errorMessage(signal.aborted ? signal.reason : error),
      });
      settled = take(full, signal, onTrouble)
        .catch(failed)
        .then((end) => {
          cancelLimit();
          aborting = undefined;
          ended(end);
        });
    },
    abort: (reason) => aborting?.abort(new Error(reason)),
    get settled() {
      return settled;
    },
  };
}

/** What the program said is the reason; that time is over says nothing of a camera. */
function limitText(limitMs: number, trouble: Trouble | undefined): string {
  const limit = `the still took longer than ${limitMs / 1000} s`;
  return trouble === undefined ? limit : `${trouble.cause}: ${limit}; ${trouble.message}`;
}
