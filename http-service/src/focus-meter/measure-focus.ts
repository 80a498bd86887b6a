// The focus figure of one JPEG. Shrunk while it is decoded, so that its cost hardly depends on the camera's size.

import { loadSharp } from '../pictures/lazy-sharp.ts';
import { laplacianVariance } from './laplacian-variance.ts';

/** Pixels. Wide enough that a lens slightly out of focus still changes the figure. */
const WIDTH = 640;

/** @returns variance of the Laplacian, with one decimal place. @throws when the JPEG cannot be decoded */
export async function measureFocus(jpeg: Uint8Array): Promise<number> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(jpeg, { failOn: 'none' })
    .resize({ width: WIDTH, withoutEnlargement: true })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Math.round(laplacianVariance({ pixels: data, width: info.width, height: info.height }) * 10) / 10;
}
