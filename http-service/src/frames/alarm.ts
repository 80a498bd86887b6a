// One timer for everything a room has to do later. It rings at the earliest time asked for, or sooner; the owner looks
// at what is due and asks again. So a time that moves on with every frame costs no timer call per frame.

import type { Clock } from '@soft-stream/shared/runtime/clock';

export interface Alarm {
  /** @param atMs CLOCK_MONOTONIC ms */
  ringAt(atMs: number): void;
  cancel(): void;
}

export function createAlarm(clock: Clock, onRing: (nowMs: number) => void): Alarm {
  let cancelTimer: (() => void) | undefined;
  let armedMs = Number.POSITIVE_INFINITY;

  const cancel = () => {
    cancelTimer?.();
    cancelTimer = undefined;
    armedMs = Number.POSITIVE_INFINITY;
  };
  const ring = () => {
    cancelTimer = undefined;
    armedMs = Number.POSITIVE_INFINITY;
    onRing(clock.monotonicMs());
  };
  return {
    ringAt(atMs) {
      if (atMs >= armedMs) return;
      cancel();
      armedMs = atMs;
      // Timers count whole milliseconds and may come a little early: rounded up, and 1 at least.
      cancelTimer = clock.after(Math.max(1, Math.ceil(atMs - clock.monotonicMs())), ring);
    },
    cancel,
  };
}
