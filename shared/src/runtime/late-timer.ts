// A timer that says how much too late it came. Much too late means that this process was stopped (SIGSTOP, suspend) or
// starved: what it did not hear meanwhile is nobody's silence, and waits to be read.

import type { Clock } from './clock.ts';

/** Up to this late is a busy machine. Also how long what has waited may take to be read. */
export const LATE_MS = 1_000;

/**
 * Calls back once after `ms`; the returned function cancels.
 * @param callback `lateMs` is 0 unless the timer came more than LATE_MS too late
 */
export function afterOrLate(clock: Clock, ms: number, callback: (nowMs: number, lateMs: number) => void): () => void {
  const dueMs = clock.monotonicMs() + ms;
  return clock.after(ms, () => {
    const nowMs = clock.monotonicMs();
    const lateMs = nowMs - dueMs;
    callback(nowMs, lateMs > LATE_MS ? lateMs : 0);
  });
}
