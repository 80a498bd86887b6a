// From one buffer of a USB camera to one JPEG that every viewer shows: cut behind its EOI, EOI put where a camera leaves
// it out, standard Huffman tables put in where there are none. What has no beginning or no size is no picture.

import type { Size } from '@soft-stream/shared/api/camera-status';
import { isFrameHeader, isSegmentMarker, MARKER } from '@soft-stream/shared/mjpeg/jpeg';
import { startWalk, walkJpeg } from '@soft-stream/shared/mjpeg/jpeg-walk';
import { STANDARD_HUFFMAN_SEGMENT } from './huffman-tables.ts';

export interface CameraJpeg extends Size {
  /** SOI..EOI; a view that is valid until the next call */
  readonly jpeg: Uint8Array;
  /** its end was missing: the lower part may be grey */
  readonly isCut: boolean;
}

export type JpegReader = (payload: Uint8Array) => CameraJpeg | { readonly damage: string };

const START = Buffer.from([0xff, 0xd8, 0xff]);
const EOI = Buffer.from([0xff, 0xd9]);
const DHT = 0xc4;

/** Keeps one buffer, for the frames that have to be changed. */
export function createJpegReader(): JpegReader {
  let scratch = Buffer.alloc(0);

  const join = (parts: readonly Uint8Array[]): Buffer => {
    const byteLength = parts.reduce((sum, part) => sum + part.byteLength, 0);
    if (byteLength > scratch.byteLength) scratch = Buffer.allocUnsafeSlow(byteLength * 2);
    let at = 0;
    for (const part of parts) {
      scratch.set(part, at);
      at += part.byteLength;
    }
    return scratch.subarray(0, byteLength);
  };

  return (payload) => {
    const all = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const start = all.indexOf(START);
    if (start < 0) return { damage: 'it has no SOI' };
    const bytes = all.subarray(start);
    const walk = startWalk();
    const result = walkJpeg(walk, bytes);
    if (walk.size === undefined) return { damage: 'it has no frame header' };
    if (walk.scans === 0) return { damage: 'it has no picture data' };
    const isCut = result !== 'whole';
    if (result === 'broken') return { damage: 'its data is inconsistent' };
    const end = isCut ? withoutPadding(bytes) : walk.at;
    const tablesAt = missingTablesAt(bytes);
    const { width, height } = walk.size;
    if (!isCut && tablesAt === undefined) return { jpeg: bytes.subarray(0, end), width, height, isCut };
    const cut = tablesAt ?? 0;
    const tables = tablesAt === undefined ? [] : [STANDARD_HUFFMAN_SEGMENT];
    const tail = isCut ? [EOI] : [];
    return { jpeg: join([bytes.subarray(0, cut), ...tables, bytes.subarray(cut, end), ...tail]), width, height, isCut };
  };
}

/** Zeros fill up a buffer, and an FF at the end would swallow the EOI. */
function withoutPadding(bytes: Uint8Array): number {
  let end = bytes.byteLength;
  while (end > 0 && bytes[end - 1] === 0) end--;
  while (end > 0 && bytes[end - 1] === 0xff) end--;
  return end;
}

/** Offset of the frame header when no DHT stands before the scan; all segments are there and in order. */
function missingTablesAt(bytes: Buffer): number | undefined {
  let headerAt: number | undefined;
  for (let at = 2; at + 4 <= bytes.byteLength; ) {
    const code = bytes[at + 1] ?? 0;
    if (code === 0xff) {
      at += 1;
      continue;
    }
    if (code === DHT) return undefined;
    if (code === MARKER.sos || !isSegmentMarker(code)) return headerAt;
    if (isFrameHeader(code)) headerAt = at;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return headerAt;
}
