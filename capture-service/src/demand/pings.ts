// Asks a lease holder every 5 s whether it lives: a stopped process keeps its socket. The timer runs only between
// start and stop.

import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from '@soft-stream/shared/api/broker-api';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { afterOrLate, LATE_MS } from '@soft-stream/shared/runtime/late-timer';

export interface Pings {
  /** begins asking; nothing when it has begun */
  start(): void;
  stop(): void;
  pong(id: number): void;
}

/** Timers count whole milliseconds: they may come this much early, and the next look would be 5 s later. */
const EARLY_MS = 1;

/** @param onSilent no answer for 10 s; asking has ended */
export function createPings(clock: Clock, send: (id: number) => void, onSilent: () => void): Pings {
  let nextId = 1;
  /** when the oldest unanswered ping was sent */
  let unansweredSinceMs: number | undefined;
  let cancel: (() => void) | undefined;

  const wait = (ms: number) => {
    cancel = afterOrLate(clock, ms, (nowMs, lateMs) => {
      if (lateMs > 0 && unansweredSinceMs !== undefined) {
        // What we missed is not the holder's silence; and its answers are read before we judge.
        unansweredSinceMs += lateMs;
        wait(LATE_MS);
      } else if (unansweredSinceMs !== undefined && nowMs - unansweredSinceMs >= PING_TIMEOUT_MS - EARLY_MS) {
        cancel = undefined;
        onSilent();
      } else {
        wait(PING_INTERVAL_MS);
        ask(nowMs);
      }
    });
  };
  const ask = (nowMs: number) => {
    unansweredSinceMs ??= nowMs;
    send(nextId);
    nextId += 1;
  };

  return {
    start() {
      if (cancel === undefined) wait(PING_INTERVAL_MS);
    },
    stop() {
      cancel?.();
      cancel = undefined;
      unansweredSinceMs = undefined;
    },
    pong(id) {
      if (id === nextId - 1) unansweredSinceMs = undefined;
    },
  };
}
