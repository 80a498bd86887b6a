// The two pictures that we draw: the placeholder, and the held picture (the last frame dimmed, with a banner).

import type { Size } from '@soft-stream/shared/api/camera-status';
import { loadSharp } from './lazy-sharp.ts';
import { drawText } from './text-image.ts';
import type { Words } from './words.ts';

const BACKGROUND = '#14171b';
const NAME_COLOUR = '#f4f6f8';
const TITLE_COLOUR = '#ffc857';
const DETAIL_COLOUR = '#aeb6bf';
/** Flat surfaces and text: small, and still without fringes. */
const JPEG = { quality: 75, chromaSubsampling: '4:4:4' } as const;

/** A JPEG of exactly this size with the camera's name and the state in words. */
export async function drawPlaceholder(size: Size, name: string, words: Words): Promise<Buffer> {
  const { width, height } = size;
  const sharp = await loadSharp();
  const text = await drawText(
    [
      { text: name, sizePx: height / 11, colour: NAME_COLOUR },
      { text: words.title, sizePx: height / 18, colour: TITLE_COLOUR },
      { text: words.detail, sizePx: height / 26, colour: DETAIL_COLOUR },
    ],
    { width: Math.floor(width * 0.86), height: Math.floor(height * 0.8) },
  );
  return sharp({ create: { width, height, channels: 3, background: BACKGROUND } })
    .composite(text ? [{ input: text, gravity: 'centre' }] : [])
    .jpeg(JPEG)
    .toBuffer();
}

/** How much of a held picture is covered by black: nobody takes it for live. */
const DIM = { r: 0, g: 0, b: 0, alpha: 0.55 } as const;
const BAND = { r: 0, g: 0, b: 0, alpha: 0.6 } as const;

/** The frame dimmed, with `line` on a band at its lower edge; the size stays. */
export async function drawHeld(jpeg: Uint8Array, size: Size, line: string): Promise<Buffer> {
  const { width, height } = size;
  const sharp = await loadSharp();
  const bandHeight = Math.min(height, Math.max(16, Math.round(height / 10)));
  const text = await drawText([{ text: line, sizePx: bandHeight * 0.4, colour: TITLE_COLOUR }], {
    width: Math.floor(width * 0.96),
    height: Math.floor(bandHeight * 0.8),
  });
  const band = await sharp({ create: { width, height: bandHeight, channels: 4, background: BAND } })
    .composite(text ? [{ input: text, gravity: 'centre' }] : [])
    .png()
    .toBuffer();
  // Dimmed by a layer, not by `linear`: sharp would do that after the composition, and dim the words as well.
  return sharp(jpeg, { failOn: 'none' })
    .composite([
      { input: { create: { width, height, channels: 4, background: DIM } } },
      { input: band, gravity: 'south' },
    ])
    .jpeg({ quality: 70 })
    .toBuffer();
}
