// Warnings that somebody else can cause at will: so many are written, the others are counted and reported with the next.
// Else whoever connects in a loop pushes all that mattered out of the journal.

import type { LogFn, Logger } from 'pino';
import type { Clock } from './clock.ts';
import { createTokenBucket, type Rate } from './token-bucket.ts';

const RATE: Rate = { perSecond: 0.1, burst: 10 };

/** @returns a logger whose `warn` is limited; `leftOut` is a field of the next line that is written */
export function quietLog(log: Logger, clock: Clock, rate = RATE): Logger {
  const bucket = createTokenBucket(rate, clock);
  let leftOut = 0;
  const warn = (first: object | string, second?: string) => {
    if (bucket.take() > 0) {
      leftOut += 1;
      return;
    }
    const [fields, message] = typeof first === 'string' ? [{}, first] : [first, second];
    log.warn(leftOut > 0 ? { ...fields, leftOut } : fields, message);
    leftOut = 0;
  };
  return Object.create(log, { warn: { value: warn as LogFn } }) as Logger;
}
