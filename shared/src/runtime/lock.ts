// One at a time, in the order of asking.

import { abortable } from './abortable.ts';

export interface Lock {
  /**
   * Waits for its turn. @returns the release function, which may be called more than once
   * @throws `signal.reason` when aborted while waiting
   */
  acquire(signal?: AbortSignal): Promise<() => void>;
  /** Holds the lock while `work` runs, however it ends. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  readonly isHeld: boolean;
}

export function createLock(): Lock {
  const queue = new Set<() => void>();
  let isHeld = false;

  const grant = (): (() => void) => {
    isHeld = true;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      isHeld = false;
      const [next] = queue;
      next?.();
    };
  };

  const acquire = (signal?: AbortSignal): Promise<() => void> =>
    abortable(signal, (resolve) => {
      const onTurn = () => resolve(grant());
      if (isHeld) queue.add(onTurn);
      else onTurn();
      return () => queue.delete(onTurn);
    });

  return {
    acquire,
    async run(work, signal) {
      const release = await acquire(signal);
      try {
        return await work();
      } finally {
        release();
      }
    },
    get isHeld() {
      return isHeld;
    },
  };
}
