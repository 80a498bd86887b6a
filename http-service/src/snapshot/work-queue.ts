// Bounded work: so many at a time, so many waiting, and the rest is told to come back.

import { HttpProblem } from '../errors/http-problem.ts';

export interface WorkQueue {
  /** @throws {HttpProblem} ERR_BUSY when too many wait */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export interface WorkQueueLimits {
  readonly concurrency: number;
  readonly waiting: number;
}

const RETRY_AFTER_S = 1;

export function createWorkQueue({ concurrency, waiting }: WorkQueueLimits): WorkQueue {
  const queue: (() => void)[] = [];
  let running = 0;

  const leave = () => {
    const next = queue.shift();
    // The place is handed on, so that nobody comes in between.
    if (next) next();
    else running--;
  };
  return {
    async run(work) {
      if (running < concurrency) running++;
      else if (queue.length >= waiting) {
        throw new HttpProblem('ERR_BUSY', 'too many pictures are being scaled', { retryAfterS: RETRY_AFTER_S });
      } else await new Promise<void>((resolve) => queue.push(resolve));
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
