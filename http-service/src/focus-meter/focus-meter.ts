// Focus figures for whoever listens, at most five a second. The camera's own figure where it reports one, else computed
// from the newest frame, one at a time and for a quarter of one core at most. Idle without listeners.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { KeptFrame } from '../frames/frame-reader.ts';

export interface FocusReading {
  /** larger is sharper; comparable only within one camera and scene */
  readonly value: number;
  /** wall clock ms since 1970 of the frame that it was taken from */
  readonly atMs: number;
}

export interface FocusMeterOptions {
  /** what the camera's own program says; null: it says nothing */
  reported(): FocusReading | null;
  /** the newest frame, without asking for one */
  glance(): KeptFrame | undefined;
  measure(jpeg: Uint8Array): Promise<number>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface FocusMeter {
  /** @returns stops listening */
  listen(onReading: (reading: FocusReading) => void): () => void;
}

const INTERVAL_MS = 200;
/** After a measurement that took n ms, at least 3 n ms pass without one. */
const REST_PER_WORK = 3;
/** An older frame says nothing about the lens as it is now. */
const MAX_FRAME_AGE_MS = 2_000;

export function createFocusMeter(options: FocusMeterOptions): FocusMeter {
  const { reported, glance, measure, clock, log } = options;
  const listeners = new Set<(reading: FocusReading) => void>();
  let cancelTimer: (() => void) | undefined;
  let isWorking = false;
  let lastAtMs: number | undefined;

  const tell = (reading: FocusReading) => {
    lastAtMs = reading.atMs;
    for (const listener of [...listeners]) listener(reading);
  };
  const compute = async () => {
    const frame = glance();
    if (frame === undefined || frame.capturedAtMs === lastAtMs) return;
    if (clock.monotonicMs() - frame.monotonicMs > MAX_FRAME_AGE_MS) return;
    try {
      tell({ value: await measure(frame.jpeg), atMs: frame.capturedAtMs });
    } catch (err) {
      lastAtMs = frame.capturedAtMs;
      log.debug({ err }, 'focus figure not computed');
    }
  };
  const work = async () => {
    cancelTimer = undefined;
    isWorking = true;
    const startMs = clock.monotonicMs();
    const own = reported();
    if (own === null) await compute();
    else if (own.atMs !== lastAtMs) tell(own);
    isWorking = false;
    const workMs = clock.monotonicMs() - startMs;
    arm(Math.max(INTERVAL_MS - workMs, REST_PER_WORK * workMs));
  };
  const arm = (ms: number) => {
    if (listeners.size === 0 || isWorking) return;
    cancelTimer ??= clock.after(ms, () => void work());
  };

  return {
    listen(onReading) {
      // Each has a set entry of its own, should one function be given twice.
      const listener = (reading: FocusReading) => onReading(reading);
      listeners.add(listener);
      arm(INTERVAL_MS);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        cancelTimer?.();
        cancelTimer = undefined;
      };
    },
  };
}
