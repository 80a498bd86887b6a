// Plays at a rate that does not drift: frame n is due at start + n / fps, whatever the timers before it did.

import type { Clock } from '@soft-stream/shared/runtime/clock';

/** Further behind than this (a stopped process) the frames in between are not made up for. */
const MAX_BEHIND_MS = 500;

/** Calls `onFrame` at once and then `fps` times a second. @returns the function that ends it */
export function playAtRate(fps: number, clock: Clock, onFrame: () => void): () => void {
  const intervalMs = 1000 / fps;
  let startMs = clock.monotonicMs();
  let played = 0;
  let cancel: (() => void) | undefined;
  let isOver = false;

  const playOne = () => {
    onFrame();
    if (isOver) return;
    played += 1;
    const behindMs = clock.monotonicMs() - (startMs + played * intervalMs);
    if (behindMs > MAX_BEHIND_MS) startMs += behindMs;
    cancel = clock.after(Math.max(0, -behindMs), playOne);
  };
  cancel = clock.after(0, playOne);

  return () => {
    isOver = true;
    cancel?.();
  };
}
