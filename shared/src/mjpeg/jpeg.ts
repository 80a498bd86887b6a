// What must be known of a JPEG to pass it on: where it begins and ends, and its size. ITU-T T.81, Annex B.

import type { Size } from '../api/camera-status.ts';

/** Second bytes of markers (the first is FF). T.81 table B.1. */
export const MARKER = { soi: 0xd8, eoi: 0xd9, sos: 0xda } as const;

/** Every marker segment that may stand between SOI and EOI and has a length: tables, frame and scan headers, APPn, COM. */
export function isSegmentMarker(code: number): boolean {
  return (
    (code >= 0xc0 && code <= 0xcf && code !== 0xc8) ||
    (code >= MARKER.sos && code <= 0xdf) ||
    (code >= 0xe0 && code <= 0xef) ||
    code === 0xfe
  );
}

/** Frame headers, SOF0 to SOF15: C4, C8 and CC among them are DHT, JPG and DAC. */
export function isFrameHeader(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

/** RST0 to RST7 and the stuffed zero: what may follow FF within entropy-coded data. */
export function isWithinEntropyData(code: number): boolean {
  return code === 0 || (code >= 0xd0 && code <= 0xd7);
}

/**
 * Size from a frame header segment.
 * @param at offset of its length field; the whole segment must be there
 * @returns undefined when it contradicts itself, or leaves the height to a DNL segment (no camera does)
 */
export function frameHeaderSize(bytes: Uint8Array, at: number): Size | undefined {
  const length = uint16(bytes, at);
  const components = bytes[at + 7] ?? 0;
  if (components < 1 || components > 4 || length !== 8 + 3 * components) return undefined;
  const height = uint16(bytes, at + 3);
  const width = uint16(bytes, at + 5);
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** Size as the first frame header says; undefined when there is none before the first scan. Accepts any bytes. */
export function readJpegSize(jpeg: Uint8Array): Size | undefined {
  if (uint16(jpeg, 0) !== 0xffd8) return undefined;
  for (let at = 2; at + 4 <= jpeg.byteLength; ) {
    if (jpeg[at] !== 0xff) return undefined;
    const code = jpeg[at + 1] ?? 0;
    if (code === 0xff) {
      at += 1; // fill byte (B.1.1.2)
      continue;
    }
    const length = uint16(jpeg, at + 2);
    if (!isSegmentMarker(code) || code === MARKER.sos || length < 2 || at + 2 + length > jpeg.byteLength)
      return undefined;
    if (isFrameHeader(code)) return frameHeaderSize(jpeg, at + 2);
    at += 2 + length;
  }
  return undefined;
}

/** Whether the bytes begin with SOI and end with EOI: cheap, for each frame; it does not look between. */
export function isWholeJpeg(bytes: Uint8Array): boolean {
  const end = bytes.byteLength;
  return end >= 4 && uint16(bytes, 0) === 0xffd8 && uint16(bytes, end - 2) === 0xffd9;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
