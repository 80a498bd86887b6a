// A clock for tests: it stands still until `advance` moves it, and fires due timers in order.

import type { Clock } from './clock.ts';

export interface ManualClock extends Clock {
  /** Moves both clocks on by `ms`, firing timers at their own time on the way; lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Timers that are set and not yet due: idle services have none. */
  readonly pendingTimers: number;
}

export function manualClock(startMs = 1_700_000_000_000): ManualClock {
  let elapsedMs = 0;
  let nextId = 0;
  const timers = new Map<number, { atMs: number; callback: () => void }>();

  const nextDue = (untilMs: number) => {
    let due: [number, { atMs: number; callback: () => void }] | undefined;
    for (const entry of timers) {
      if (entry[1].atMs <= untilMs && (due === undefined || entry[1].atMs < due[1].atMs)) due = entry;
    }
    return due;
  };

  return {
    nowMs: () => startMs + elapsedMs,
    monotonicNs: () => BigInt(Math.round(elapsedMs * 1e6)),
    monotonicMs: () => elapsedMs,
    after(ms, callback) {
      const id = nextId++;
      timers.set(id, { atMs: elapsedMs + Math.max(0, ms), callback });
      return () => timers.delete(id);
    },
    async advance(ms) {
      const untilMs = elapsedMs + ms;
      await settle();
      for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) {
        elapsedMs = Math.max(elapsedMs, due[1].atMs);
        timers.delete(due[0]);
        due[1].callback();
        await settle();
      }
      elapsedMs = untilMs;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}

/** Lets promise reactions that are already due run, several levels deep. */
async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
}
