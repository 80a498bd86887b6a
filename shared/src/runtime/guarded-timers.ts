// A clock whose timers cannot end the process: what a callback throws is a line in the log, not an uncaught exception.
// Both services use it for everything; a fault in the drawing of one picture is no reason to lose every viewer.

import type { Logger } from 'pino';
import type { Clock } from './clock.ts';

export function guardTimers(clock: Clock, log: Pick<Logger, 'error'>): Clock {
  return {
    ...clock,
    after: (ms, callback) =>
      clock.after(ms, () => {
        try {
          callback();
        } catch (err) {
          log.error({ err }, 'timer failed');
        }
      }),
  };
}
