// Those who wait for one frame: snapshots. All that wait for the same frame share one copy of it.

import { abortable } from '@soft-stream/shared/runtime/abortable';
import type { FrameReader, KeptFrame } from './frame-reader.ts';

export interface FrameWaiters {
  /** @param afterMs CLOCK_MONOTONIC ms that the capture must be later than. @throws `signal.reason` */
  wait(afterMs: number, signal: AbortSignal): Promise<KeptFrame>;
  /** A frame has come: gives a copy to all that it is new enough for. */
  settle(reader: Pick<FrameReader, 'monotonicMs' | 'keep'>): void;
  readonly isWaiting: boolean;
}

export function createFrameWaiters(): FrameWaiters {
  const waiting = new Set<{ readonly afterMs: number; resolve(frame: KeptFrame): void }>();
  return {
    wait(afterMs, signal) {
      return abortable(signal, (resolve) => {
        const waiter = { afterMs, resolve };
        waiting.add(waiter);
        return () => waiting.delete(waiter);
      });
    },
    settle(reader) {
      for (const waiter of waiting) {
        if (reader.monotonicMs <= waiter.afterMs) continue;
        const frame = reader.keep();
        if (frame) waiter.resolve(frame);
      }
    },
    get isWaiting() {
      return waiting.size > 0;
    },
  };
}
