// When the next attempt is due: one timer at most, and the time of it for the status.

import type { Clock } from '@soft-stream/shared/runtime/clock';

export interface RetryPlan {
  /** wall clock ms since 1970; null when nothing is planned */
  readonly atMs: number | null;
  /** Replaces whatever was planned. */
  plan(delayMs: number, attempt: () => void): void;
  cancel(): void;
}

export function createRetryPlan(clock: Clock): RetryPlan {
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
    plan(delayMs, attempt) {
      cancel();
      atMs = clock.nowMs() + Math.ceil(delayMs);
      cancelTimer = clock.after(delayMs, () => {
        cancel();
        attempt();
      });
    },
    cancel,
  };
}
