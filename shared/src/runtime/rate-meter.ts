// Frames per second over the last seconds: a ring of arrival times, looked at when asked. No timer.

/** What "the last seconds" are. */
const WINDOW_MS = 3_000;
/** Frames that waited in the pipe while the camera started come at once: less than this tells nothing of a rate. */
const MIN_SPAN_MS = 1_000;
/** 3 s at 120 fps, with room. */
const CAPACITY = 512;

export interface RateMeter {
  frame(nowMs: number): void;
  /** frames per second, rounded to a tenth; 0 when none came lately */
  rate(nowMs: number): number;
  reset(): void;
}

export function createRateMeter(): RateMeter {
  const times = new Float64Array(CAPACITY);
  let count = 0;

  const timeAt = (back: number) => times[(count - 1 - back + CAPACITY) % CAPACITY] ?? 0;

  return {
    frame(nowMs) {
      times[count % CAPACITY] = nowMs;
      count += 1;
    },
    rate(nowMs) {
      const kept = Math.min(count, CAPACITY);
      let back = 0;
      while (back < kept && nowMs - timeAt(back) <= WINDOW_MS) back += 1;
      if (back < 2) return 0;
      // A stream that stopped fades: the silence since the last frame counts once it is longer than a usual gap.
      const spanMs = timeAt(0) - timeAt(back - 1);
      const usualGapMs = spanMs / (back - 1);
      const silentMs = Math.max(0, nowMs - timeAt(0) - usualGapMs);
      return Math.round(((back - 1) * 10_000) / Math.max(MIN_SPAN_MS, spanMs + silentMs)) / 10;
    },
    reset() {
      count = 0;
    },
  };
}
