// One tile out of one frame. Shrunk while it is decoded: libjpeg skips what a quarter of the size does not need.

import { loadSharp } from '../pictures/lazy-sharp.ts';
import type { TileWidth } from './tile-width.ts';

/** Small pictures hide what this leaves out; 320x180 has some 7 kB with it. */
const QUALITY = 60;

export async function scaleTile(jpeg: Uint8Array, width: TileWidth): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(jpeg, { failOn: 'none' })
    .resize({ width, withoutEnlargement: true })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}
