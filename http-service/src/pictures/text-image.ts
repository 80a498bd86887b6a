// Text as a transparent picture. The font is a file of a package: a slim image has none, and SVG text comes out blank.

import { createRequire } from 'node:module';
import { loadSharp } from './lazy-sharp.ts';

const FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

export interface TextLine {
  readonly text: string;
  /** height of the letters with their surroundings, pixels */
  readonly sizePx: number;
  /** `#rrggbb` */
  readonly colour: string;
}

export interface TextBox {
  /** lines are broken to this width, and all is scaled down to fit; pixels */
  readonly width: number;
  readonly height: number;
}

/** @returns a PNG that fits the box, or undefined when there is nothing to write */
export async function drawText(lines: readonly TextLine[], box: TextBox): Promise<Buffer | undefined> {
  const shown = lines.filter(({ text }) => printable(text) !== '');
  if (shown.length === 0 || box.width < 1 || box.height < 1) return undefined;
  const sharp = await loadSharp();
  const drawn = sharp({
    text: {
      text: shown.map(markup).join('\n'),
      font: 'DejaVu Sans',
      fontfile: FONT_FILE,
      width: box.width,
      align: 'centre',
      wrap: 'word-char',
      rgba: true,
      spacing: Math.round((shown[0]?.sizePx ?? 0) / 4),
      // So that Pango's points are pixels.
      dpi: 72,
    },
  });
  const png = await drawn.png().toBuffer();
  return sharp(png)
    .resize({ ...box, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
}

/** @see https://docs.gtk.org/Pango/pango_markup.html: sizes are 1024ths of a point */
function markup({ text, sizePx, colour }: TextLine): string {
  return `<span size="${Math.round(sizePx * 1024)}" foreground="${colour}">${escaped(printable(text))}</span>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Control characters are not allowed in markup, lone surrogates not in UTF-8. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, ' ').trim();
}
