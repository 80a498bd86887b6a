// Real JPEGs for tests, small and each of its own colour.

import { loadSharp } from '../pictures/lazy-sharp.ts';

/** @param hue 0 to 359, to tell pictures apart */
export async function samplePicture(width = 320, height = 240, hue = 0): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp({ create: { width, height, channels: 3, background: `hsl(${hue}, 80%, 60%)` } })
    .jpeg()
    .toBuffer();
}
