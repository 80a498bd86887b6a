// How wide the pictures of a wall are. A few widths only, so that one picture serves every wall that shows the camera.
// A line that cannot carry what a wall would like gets smaller pictures, and they stay young.

/** Pixels, in ascending order. 320 and 640 are what a JPEG of 1280 is scaled to at least cost. */
export const TILE_WIDTHS = [160, 320, 480, 640, 960] as const;
export type TileWidth = (typeof TILE_WIDTHS)[number];

/** Of a wall that has not said yet what it would like. */
export const FIRST_WIDTH: TileWidth = 320;

/** The narrowest that fills so many pixels of a screen without looking coarse. */
export function widthFor(pixels: number): TileWidth {
  return TILE_WIDTHS.find((width) => width >= pixels * COARSE) ?? 960;
}

const COARSE = 0.8;

export interface WidthChoice {
  readonly width: TileWidth;
  /** CLOCK_MONOTONIC ms since which it holds */
  readonly sinceMs: number;
  /** how long all must have gone well before the next larger one is tried */
  readonly patienceMs: number;
}

/** What happened to the pictures of one wall in a while. */
export interface Flow {
  /** made for it */
  readonly offered: number;
  /** of these, replaced by a newer one before they could be sent */
  readonly replaced: number;
}

/** A share of pictures that is lost to chance: a busy processor, a lost packet. */
const TOLERATED = 0.1;
const PATIENCE_MS = 2_000;
const MAX_PATIENCE_MS = 300_000;

export function firstChoice(nowMs: number): WidthChoice {
  return { width: FIRST_WIDTH, sinceMs: nowMs, patienceMs: PATIENCE_MS };
}

/** @param wanted never more than this. @param flow since the last decision */
export function nextChoice(choice: WidthChoice, flow: Flow, wanted: TileWidth, nowMs: number): WidthChoice {
  const { width, sinceMs, patienceMs } = choice;
  if (width > wanted) return { ...choice, width: wanted, sinceMs: nowMs };
  if (flow.replaced > flow.offered * TOLERATED) {
    // What was tried in vain is tried again later, and later still.
    const isVain = nowMs - sinceMs < patienceMs * 2;
    const patience = isVain ? Math.min(patienceMs * 4, MAX_PATIENCE_MS) : patienceMs;
    return { width: neighbour(width, -1), sinceMs: nowMs, patienceMs: patience };
  }
  const isCalm = flow.offered > 0 && flow.replaced === 0 && nowMs - sinceMs >= patienceMs;
  if (!isCalm || width === wanted) return choice;
  return { ...choice, width: neighbour(width, 1), sinceMs: nowMs };
}

function neighbour(width: TileWidth, distance: 1 | -1): TileWidth {
  return TILE_WIDTHS[TILE_WIDTHS.indexOf(width) + distance] ?? width;
}
