// How many frames a second come in, over the last seconds.

export interface FrameRate {
  /** @param nowMs CLOCK_MONOTONIC ms of this frame */
  count(nowMs: number): void;
  /** frames per second, to a tenth; 0 when none came lately */
  at(nowMs: number): number;
}

const WINDOW_MS = 3_000;
/** Frames that waited in a pipe while a camera started come at once: less than this tells nothing of a rate. */
const MIN_SPAN_MS = 1_000;
/** Enough for the window at 85 frames a second; above that the window is shorter. */
const REMEMBERED = 256;

export function createFrameRate(): FrameRate {
  const times = new Float64Array(REMEMBERED).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  return {
    count(nowMs) {
      times[next] = nowMs;
      next = (next + 1) % REMEMBERED;
    },
    at(nowMs) {
      const recent = times.filter((time) => nowMs - time <= WINDOW_MS);
      if (recent.length < 2) return 0;
      const spanMs = Math.max(...recent) - Math.min(...recent);
      return Math.round(((recent.length - 1) * 10_000) / Math.max(spanMs, MIN_SPAN_MS)) / 10;
    },
  };
}
