// What the clock of the service says, seen from here: the records that were fastest on their way tell the distance.
// Two clocks drift apart by seconds in a day, so what was learnt long ago is forgotten.

const KEEP_MS = 120_000;

export function createFarClock() {
  /** smallest distance of this span of time, and of the one before */
  let distance = Number.POSITIVE_INFINITY;
  let before = Number.POSITIVE_INFINITY;
  let spanStartMs = Number.NEGATIVE_INFINITY;

  return {
    /** A record that was sent then has come now. */
    heard(sentMs, nowMs) {
      if (nowMs - spanStartMs > KEEP_MS) {
        before = distance;
        distance = Number.POSITIVE_INFINITY;
        spanStartMs = nowMs;
      }
      distance = Math.min(distance, nowMs - sentMs);
    },
    /** How long ago that was, of which the service gave the time. Never negative. */
    ageMs: (farMs, nowMs) => Math.max(0, nowMs - Math.min(distance, before) - farMs),
  };
}
