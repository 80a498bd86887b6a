// What is burned into a recording: the camera's name, that it is a recording, frame counter and timecode.
// Drawn with a font file from a package, since a slim system has no fonts at all.

import { createRequire } from 'node:module';
import sharp, { type OverlayOptions } from 'sharp';
import { HEIGHT, LOOP_FPS, LOOP_FRAMES, WIDTH } from './geometry.ts';

const MARGIN = 26;

export async function captionOverlays(title: string, frame: number): Promise<OverlayOptions[]> {
  const [name, note, timecode, counter] = await Promise.all([
    drawText(title, 'DejaVuSans-Bold', 27),
    drawText('demo recording', 'DejaVuSans', 19),
    drawText(timecodeOf(frame), 'DejaVuSansMono-Bold', 27),
    drawText(`frame ${pad(frame + 1, 3)}/${pad(LOOP_FRAMES, 3)}`, 'DejaVuSansMono', 19),
  ]);
  return [
    ...withShadow(name, MARGIN, MARGIN),
    ...withShadow(note, MARGIN, MARGIN + 38),
    ...withShadow(timecode, WIDTH - MARGIN - timecode.width, MARGIN),
    ...withShadow(counter, WIDTH - MARGIN - counter.width, HEIGHT - MARGIN - counter.height),
  ];
}

/** SMPTE order: hours, minutes, seconds, frames. */
export function timecodeOf(frame: number): string {
  return `00:00:${pad(Math.floor(frame / LOOP_FPS), 2)}:${pad(frame % LOOP_FPS, 2)}`;
}

interface DrawnText {
  readonly png: Buffer;
  readonly shadow: Buffer;
  readonly width: number;
  readonly height: number;
}

/** @param size pixels of the em square */
async function drawText(text: string, fontName: string, size: number): Promise<DrawnText> {
  const fontfile = createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${fontName}.ttf`);
  const font = `${fontName.replace(/-.*/, '').replace('Mono', ' Mono').replace('DejaVuSans', 'DejaVu Sans')}${fontName.endsWith('Bold') ? ' Bold' : ''} ${size}`;
  const render = async (colour: string) =>
    sharp({ text: { text: `<span foreground="${colour}">${text}</span>`, font, fontfile, rgba: true, dpi: 72 } })
      .png()
      .toBuffer({ resolveWithObject: true });
  const [bright, dark] = await Promise.all([render('#fff4e2'), render('#000000')]);
  return { png: bright.data, shadow: dark.data, width: bright.info.width, height: bright.info.height };
}

function withShadow(text: DrawnText, left: number, top: number): OverlayOptions[] {
  return [
    { input: text.shadow, left: left + 2, top: top + 2 },
    { input: text.png, left, top },
  ];
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
