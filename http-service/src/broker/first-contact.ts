// The first moments of a service whose other side starts at the same time: who needs that side waits for it a while.

import type { Clock } from '@soft-stream/shared/runtime/clock';

export interface FirstContact {
  /** Resolves when contact is made, after `timeoutMs`, or once the first moments are over; at once ever after. */
  wait(timeoutMs: number): Promise<void>;
  made(): void;
}

/** @param expectedWithinMs from now: what is not there by then is unreachable, and nobody waits for it any more */
export function createFirstContact(clock: Clock, expectedWithinMs: number): FirstContact {
  const giveUpAtMs = clock.monotonicMs() + expectedWithinMs;
  const waiting = new Set<() => void>();
  let isMade = false;
  return {
    wait(timeoutMs) {
      const waitMs = Math.min(timeoutMs, giveUpAtMs - clock.monotonicMs());
      if (isMade || waitMs <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const end = () => {
          cancel();
          waiting.delete(end);
          resolve();
        };
        const cancel = clock.after(waitMs, end);
        waiting.add(end);
      });
    },
    made() {
      isMade = true;
      for (const end of [...waiting]) end();
    },
  };
}
