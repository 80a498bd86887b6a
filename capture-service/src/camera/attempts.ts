// When a camera may be tried again: backoff after failures, at once after a deliberate end, and how often an absent
// one is looked for.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createBackoff } from './decide/backoff.ts';
import type { SessionEnd } from './stream/session.ts';

/** An absent camera is looked for at most this often, unless the operator or /dev says so: listing opens every camera. */
export const LOOK_INTERVAL_MS = 30_000;

export interface Attempts {
  /** the running stream is ended by us, for a reason that is no failure */
  isDeliberate: boolean;
  /** ms to wait after the attempt that ended last */
  readonly delayMs: number;
  /** ms until an absent camera may be looked for again; 0 = now */
  readonly lookAgainInMs: number;
  /** @param unwanted nobody wanted it any more: no failure that the next one would have to wait for */
  ended(end: SessionEnd, unwanted: boolean): void;
  lookFailed(): void;
  foundNothing(): void;
  /** somebody has done something about it: pauses begin anew */
  forgive(): void;
}

export function createAttempts(clock: Clock): Attempts {
  const backoff = createBackoff();
  let delayMs = 0;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return {
    isDeliberate: false,
    get delayMs() {
      return delayMs;
    },
    get lookAgainInMs() {
      return Math.max(0, lookedAtMs + LOOK_INTERVAL_MS - clock.monotonicMs());
    },
    ended(end, unwanted) {
      if (end.kind === 'absent') this.foundNothing();
      else if (end.kind === 'failed') this.lookFailed();
      else if (end.kind === 'stopped' && end.stuckInKernel) this.lookFailed();
      else
        delayMs = end.kind === 'stopped' && (unwanted || this.isDeliberate) ? 0 : backoff.nextDelayMs(end.deliveredMs);
    },
    lookFailed() {
      delayMs = backoff.nextDelayMs(0);
    },
    forgive: backoff.reset,
    foundNothing() {
      lookedAtMs = clock.monotonicMs();
    },
  };
}
