// Time as an argument: whoever waits or measures gets a Clock, so that tests turn the hands themselves.

import { abortable } from './abortable.ts';

export interface Clock {
  /** Wall clock in milliseconds since 1970; it may jump. Only for display and X-Timestamp. */
  nowMs(): number;
  /** CLOCK_MONOTONIC in nanoseconds: one clock for all processes and containers of a host. */
  monotonicNs(): bigint;
  /** CLOCK_MONOTONIC in milliseconds with a fraction: for durations and deadlines. */
  monotonicMs(): number;
  /** Calls back once after `ms`; the returned function cancels. Idle services hold no timer. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicNs: () => process.hrtime.bigint(),
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, or rejects with `signal.reason` when aborted before. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return abortable(signal, (resolve) => clock.after(ms, resolve));
}
