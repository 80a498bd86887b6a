// What a camera offers: `v4l2-ctl --list-formats-ext` as data. Pure.

import type { Size } from '@soft-stream/shared/api/camera-status';

export interface OfferedSize extends Size {
  /** frames per second, highest first; empty = not reported */
  readonly rates: readonly number[];
}

export interface OfferedFormat {
  /** `MJPG`, `YUYV`, `H264` */
  readonly fourcc: string;
  readonly sizes: readonly OfferedSize[];
}

/** Takes the lines it knows and leaves the rest; never throws. */
export function parseFormats(text: string): readonly OfferedFormat[] {
  const formats: { fourcc: string; sizes: { width: number; height: number; rates: number[] }[] }[] = [];
  for (const line of text.split('\n')) {
    const fourcc = /^\s*\[\d+\]: '(.{4})'/.exec(line)?.[1];
    if (fourcc !== undefined) formats.push({ fourcc, sizes: [] });
    // A range is known by its end.
    const size = /^\s*Size: (?:Discrete|Stepwise .* -|Continuous .* -) (\d+)x(\d+)/.exec(line);
    if (size) formats.at(-1)?.sizes.push({ width: Number(size[1]), height: Number(size[2]), rates: [] });
    const rate = /^\s*Interval: .*?\((\d+(?:\.\d+)?)(?:-\d+(?:\.\d+)?)? fps\)/.exec(line)?.[1];
    if (rate !== undefined) formats.at(-1)?.sizes.at(-1)?.rates.push(Number(rate));
  }
  return formats;
}

export function mjpegSizes(formats: readonly OfferedFormat[]): readonly OfferedSize[] {
  return formats.filter(({ fourcc }) => fourcc === 'MJPG' || fourcc === 'JPEG').flatMap(({ sizes }) => sizes);
}

/** By area. @returns undefined when it has no MJPEG, or does not report its formats */
export function largestMjpegSize(formats: readonly OfferedFormat[]): OfferedSize | undefined {
  return [...mjpegSizes(formats)].sort((a, b) => b.width * b.height - a.width * a.height)[0];
}

/** `YUYV only`, `H.264 only`; undefined when it has MJPEG, or when nothing is known. */
export function lacksMjpeg(formats: readonly OfferedFormat[]): string | undefined {
  const names = [...new Set(formats.map(({ fourcc }) => (fourcc.trim() === 'H264' ? 'H.264' : fourcc.trim())))];
  if (names.length === 0 || names.includes('MJPG') || names.includes('JPEG')) return undefined;
  return `${names.join(', ')} only`;
}

/** `1280x720 at 30, 15 fps` */
export function describeSize({ width, height, rates }: OfferedSize): string {
  const known = [...new Set(rates)].sort((a, b) => b - a).map((rate) => String(Math.round(rate * 10) / 10));
  return known.length === 0 ? `${width}x${height}` : `${width}x${height} at ${known.join(', ')} fps`;
}
