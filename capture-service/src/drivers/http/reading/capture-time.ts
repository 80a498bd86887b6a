// When a picture was taken, from when it came and from what the camera says. Its clock may count from its start, or be
// hours off; what a stamp is good for is the difference: the smallest one of the last minute is that of a picture that
// waited nowhere, and by how much another one is later, so long it has waited on the way.

export interface CaptureTimes {
  /** How long ago a picture was taken, as far as that can be known. @param arrivedMs CLOCK_MONOTONIC ms */
  lagMs(arrivedMs: number, timestampMs: number | undefined): number;
}

const WINDOW_MS = 60_000;
const BUCKETS = 6;
/** The camera was switched off and on, or its clock was set. */
const JUMP_MS = 1_000;

export function createCaptureTimes(): CaptureTimes {
  let lastTimestampMs = Number.NEGATIVE_INFINITY;
  /** the smallest difference of each tenth of a minute, oldest first */
  let buckets: { readonly sinceMs: number; smallest: number }[] = [];

  return {
    lagMs(arrivedMs, timestampMs) {
      if (timestampMs === undefined) return 0;
      const difference = arrivedMs - timestampMs;
      const smallest = Math.min(...buckets.map((each) => each.smallest));
      if (timestampMs < lastTimestampMs || difference < smallest - JUMP_MS) buckets = [];
      lastTimestampMs = timestampMs;
      const newest = buckets.at(-1);
      if (newest === undefined || arrivedMs - newest.sinceMs >= WINDOW_MS / BUCKETS) {
        buckets.push({ sinceMs: arrivedMs, smallest: difference });
        if (buckets.length > BUCKETS) buckets.shift();
      } else newest.smallest = Math.min(newest.smallest, difference);
      return Math.max(0, difference - Math.min(...buckets.map((each) => each.smallest)));
    },
  };
}
