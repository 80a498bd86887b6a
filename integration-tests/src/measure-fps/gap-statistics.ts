// From the arrival times of frames to rate and evenness. Pure.

export interface GapStatistics {
  readonly frames: number;
  /** from the first frame to the last */
  readonly seconds: number;
  /** gaps per second: one less than frames, divided by seconds; 0 for less than two frames */
  readonly fps: number;
  /** ms between neighbours; null for less than two frames */
  readonly gapMs: {
    readonly mean: number;
    readonly stdev: number;
    readonly p5: number;
    readonly p50: number;
    readonly p95: number;
    readonly largest: number;
  } | null;
}

/** @param arrivalsMs in the order of arrival */
export function gapStatistics(arrivalsMs: readonly number[]): GapStatistics {
  const gaps = arrivalsMs.slice(1).map((arrival, index) => arrival - (arrivalsMs[index] ?? arrival));
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  const seconds = total / 1000;
  if (gaps.length === 0) return { frames: arrivalsMs.length, seconds, fps: 0, gapMs: null };
  const mean = total / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  const sorted = gaps.toSorted((a, b) => a - b);
  return {
    frames: arrivalsMs.length,
    seconds,
    fps: seconds > 0 ? gaps.length / seconds : 0,
    gapMs: {
      mean,
      stdev: Math.sqrt(variance),
      p5: quantile(sorted, 0.05),
      p50: quantile(sorted, 0.5),
      p95: quantile(sorted, 0.95),
      largest: sorted.at(-1) ?? 0,
    },
  };
}

/** Nearest rank: always a gap that really was. */
function quantile(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? 0;
}
