// Times for the encoder: whole milliseconds that only grow, even ones; an odd one asks for a key frame.

export interface PictureTimes {
  /** @param nowMs CLOCK_MONOTONIC ms; @returns later than the last one */
  next(nowMs: number, isKey: boolean): number;
}

export function createPictureTimes(): PictureTimes {
  let lastMs = 0;
  return {
    next(nowMs, isKey) {
      const earliestMs = Math.max(Math.floor(nowMs), lastMs + 1);
      const parity = isKey ? 1 : 0;
      lastMs = earliestMs % 2 === parity ? earliestMs : earliestMs + 1;
      return lastMs;
    },
  };
}
