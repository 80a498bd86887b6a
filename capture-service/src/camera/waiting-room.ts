// Who waits for something to be told: the next frame, a change of state, the end of a focus cycle.

import type { Clock } from '@soft-stream/shared/runtime/clock';

export interface WaitingRoom<T> {
  readonly isEmpty: boolean;
  /** Tells everybody whose `accepts` says yes; they leave. */
  tell(value: T): void;
  /** @returns undefined when `timeoutMs` passed first; @throws `signal.reason` when aborted */
  wait(options: {
    readonly accepts: (value: T) => boolean;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
  }): Promise<T | undefined>;
}

export function createWaitingRoom<T>(clock: Clock): WaitingRoom<T> {
  const waiting = new Set<(value: T) => void>();
  return {
    get isEmpty() {
      return waiting.size === 0;
    },
    tell(value) {
      for (const offer of [...waiting]) offer(value);
    },
    wait: ({ accepts, timeoutMs, signal }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const leave = () => {
          waiting.delete(offer);
          cancel();
          signal?.removeEventListener('abort', onAbort);
        };
        const offer = (value: T) => {
          if (!accepts(value)) return;
          leave();
          resolve(value);
        };
        const onAbort = () => {
          leave();
          reject(signal?.reason);
        };
        const cancel = clock.after(timeoutMs, () => {
          leave();
          resolve(undefined);
        });
        waiting.add(offer);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
  };
}
