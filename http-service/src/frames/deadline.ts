// One timer for everything its owner has to do later. It expires at the earliest time asked for, or sooner; the owner looks
// at what is due and asks again. So a time that moves on with every frame costs no timer call per frame.

import type { Clock } from '@soft-stream/shared/runtime/clock';

export interface Deadline {
  /** @param atMs CLOCK_MONOTONIC ms */
  expireAt(atMs: number): void;
  cancel(): void;
}

export function createDeadline(clock: Clock, onExpiry: (nowMs: number) => void): Deadline {
  let cancelTimer: (() => void) | undefined;
  let armedMs = Number.POSITIVE_INFINITY;

  const cancel = () => {
    cancelTimer?.();
    cancelTimer = undefined;
    armedMs = Number.POSITIVE_INFINITY;
  };
  const expire = () => {
    cancelTimer = undefined;
    armedMs = Number.POSITIVE_INFINITY;
    onExpiry(clock.monotonicMs());
  };
  return {
    expireAt(atMs) {
      if (atMs >= armedMs) return;
      cancel();
      armedMs = atMs;
      // Timers count whole milliseconds and may come a little early: rounded up, and 1 at least.
      cancelTimer = clock.after(Math.max(1, Math.ceil(atMs - clock.monotonicMs())), expire);
    },
    cancel,
  };
}
