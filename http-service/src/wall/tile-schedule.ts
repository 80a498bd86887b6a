// When a camera's next tile is due: each has its own place in the interval, so that the work is spread over it.

/**
 * @param position of the camera, 0 to `count` - 1
 * @returns the next time after `nowMs` that is the camera's, on the same clock
 */
export function nextDueMs(position: number, count: number, intervalMs: number, nowMs: number): number {
  const offsetMs = (position / count) * intervalMs;
  const rounds = Math.floor((nowMs - offsetMs) / intervalMs) + 1;
  return rounds * intervalMs + offsetMs;
}
