// `?fps=`: which frames a viewer that asked for fewer gets. Due times stay on a grid, so that 10 of 15 come out as 10.

export interface FramePacer {
  /** Says whether the frame of this moment is wanted, and counts it as given when it is. */
  take(nowMs: number): boolean;
}

/** A frame that comes this part of an interval early counts as on time: cameras jitter. */
const EARLY = 0.25;

/** @param fps frames a second, more than 0 */
export function createFramePacer(fps: number): FramePacer {
  const intervalMs = 1000 / fps;
  let dueMs = Number.NEGATIVE_INFINITY;
  return {
    take(nowMs) {
      if (nowMs < dueMs - intervalMs * EARLY) return false;
      // After a pause the grid starts anew: there is no burst to catch up.
      dueMs = dueMs + intervalMs > nowMs ? dueMs + intervalMs : nowMs + intervalMs;
      return true;
    },
  };
}
