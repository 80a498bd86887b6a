// Notices that frames do not arrive: judged by their arrival alone, since a program may be silent, busy with its own
// restarts or say nothing at all. One timer that looks at the clock when it is due, none per frame.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import { afterOrLate, LATE_MS } from '@soft-stream/shared/runtime/late-timer';

export interface Watchdog {
  /** a frame came. @param nowMs CLOCK_MONOTONIC ms */
  frame(nowMs: number): void;
  /** Silence so far, in ms: since the last frame, or since the start. */
  silentMs(): number;
  stop(): void;
}

/** @param timeoutMs 0 = never barks; `onSilence` comes at most once */
export function startWatchdog(timeoutMs: number, clock: Clock, onSilence: () => void): Watchdog {
  let heardAtMs = clock.monotonicMs();
  let cancel: (() => void) | undefined;

  const wait = (ms: number) => {
    cancel = afterOrLate(clock, ms, (nowMs, lateMs) => {
      const isLate = lateMs > 0;
      // What we missed does not count, and frames that wait are read before we judge.
      if (isLate) heardAtMs = Math.min(nowMs, heardAtMs + lateMs);
      const leftMs = heardAtMs + timeoutMs - nowMs;
      if (leftMs > 0 || isLate) wait(Math.max(leftMs, isLate ? LATE_MS : 0));
      else onSilence();
    });
  };
  if (timeoutMs > 0) wait(timeoutMs);

  return {
    frame(nowMs) {
      heardAtMs = nowMs;
    },
    silentMs: () => clock.monotonicMs() - heardAtMs,
    stop: () => cancel?.(),
  };
}
