// How long to wait before the next attempt: 1, 2, 4 ... 60 s, from the beginning again after 30 s of frames.

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** A stream that delivered for this long has recovered. */
export const RECOVERED_MS = 30_000;

export interface Backoff {
  /** The attempt that just ended delivered frames for this long (0 = none). @returns ms to wait before the next one */
  nextDelayMs(deliveredMs: number): number;
  reset(): void;
}

export function createBackoff(): Backoff {
  let failures = 0;
  return {
    nextDelayMs(deliveredMs) {
      if (deliveredMs >= RECOVERED_MS) failures = 0;
      const delayMs = Math.min(FIRST_MS * 2 ** failures, LONGEST_MS);
      failures = Math.min(failures + 1, 16);
      return delayMs;
    },
    reset() {
      failures = 0;
    },
  };
}
