// How long to wait before the next attempt: 1, 2, 4 ... 60 s, from the beginning again after 30 s of frames.

const FIRST_MS = 1_000;
export const LONGEST_PAUSE_MS = 60_000;
/** A stream that delivered for this long has recovered. */
export const RECOVERED_MS = 30_000;
/** 2^6 s is beyond the longest pause already. */
const MOST_FAILURES = 16;

/** @param failures in a row before this one */
export function pauseMs(failures: number): number {
  return Math.min(FIRST_MS * 2 ** failures, LONGEST_PAUSE_MS);
}

/** @returns how many failures in a row there are after one more */
export function countFailure(failures: number): number {
  return Math.min(failures + 1, MOST_FAILURES);
}

/** However a stream ends: what it delivered says whether the failures before it still count. */
export function afterStream(failures: number, deliveredMs: number): number {
  return deliveredMs >= RECOVERED_MS ? 0 : failures;
}
