// How often something may happen: a bucket of tokens that fills at a steady rate. No timer: it looks at the clock when asked.

import type { Clock } from './clock.ts';

export interface Rate {
  /** tokens that come back each second */
  readonly perSecond: number;
  /** tokens a full bucket holds: what may happen at once */
  readonly burst: number;
}

export interface TokenBucket {
  /** Takes one token. @returns 0 when there was one, else the milliseconds until there will be */
  take(): number;
  /** tokens now, with a fraction */
  readonly level: number;
}

export function createTokenBucket(rate: Rate, clock: Clock): TokenBucket {
  let level = rate.burst;
  let filledAtMs = clock.monotonicMs();

  const fill = () => {
    const nowMs = clock.monotonicMs();
    level = Math.min(rate.burst, level + ((nowMs - filledAtMs) / 1000) * rate.perSecond);
    filledAtMs = nowMs;
  };

  return {
    take() {
      fill();
      if (level < 1) return Math.max(1, Math.ceil(((1 - level) / rate.perSecond) * 1000));
      level -= 1;
      return 0;
    },
    get level() {
      fill();
      return level;
    },
  };
}
