// One timer at most, and the time of it for the status.

import type { Clock } from '@soft-stream/shared/runtime/clock';

export interface Timer {
  /** wall clock ms since 1970; null when it is not set */
  readonly atMs: number | null;
  /** Replaces what was set. */
  set(inMs: number): void;
  cancel(): void;
}

export function createTimer(clock: Clock, onDue: () => void): Timer {
  let atMs: number | null = null;
  let cancelTimer: (() => void) | undefined;

  const cancel = () => {
    cancelTimer?.();
    cancelTimer = undefined;
    atMs = null;
  };
  return {
    get atMs() {
      return atMs;
    },
    set(inMs) {
      cancel();
      atMs = clock.nowMs() + Math.ceil(inMs);
      cancelTimer = clock.after(inMs, () => {
        cancel();
        onDue();
      });
    },
    cancel,
  };
}
