// Walks one JPEG as its bytes arrive, from SOI to the EOI that really ends it. ITU-T T.81, B.1.1 and B.2.1.
//
//   markers --SOS--> entropy --EOI--> whole          Lengths are followed and not searched: FF D9 occurs in quantisation
//      ^                |                            tables (rpicam-vid at quality 6), and EXIF holds a whole thumbnail.
//      +--other marker--+                            Within entropy-coded data FF is followed by 00 or RSTn, else it is
//                                                    a marker: of the next scan (progressive), or the end.
//
// A frame that was cut short is followed by the next one's SOI. In entropy data that shows at once. Within a marker
// segment it shows in the bytes that its length made us skip; thumbnails stand in long APPn segments only, so anywhere
// else FF D8 FF is the beginning of the next frame (libjpeg's tables hold FF D8 at quality 18, but never FF D8 FF).

import type { Size } from '../api/camera-status.ts';
import { frameHeaderSize, isFrameHeader, isSegmentMarker, isWithinEntropyData, MARKER } from './jpeg.ts';

/** Where the walk through one JPEG has come to. Offsets count from its SOI. */
export interface JpegWalk {
  phase: 'markers' | 'entropy';
  /** the next byte to look at; may lie beyond what is there yet */
  at: number;
  /** all before this is known to hold no other frame: where a search for the next SOI goes on if this one is broken */
  searchFrom: number;
  /** from the frame header */
  size: Size | undefined;
  scans: number;
}

/** `whole`: the JPEG has `walk.at` bytes. `broken`: the next SOI is at `walk.searchFrom` or later. */
export type WalkResult = 'more' | 'whole' | 'broken';

/** APPn segments shorter than this cannot hold a thumbnail. */
const SHORTEST_THUMBNAIL_BYTES = 128;
/** Length and the first bytes of an APPn's name, which is text ("Exif"): no thumbnail begins in them. */
const SHORTEST_APPLICATION_HEAD_BYTES = 2 + 4;
/** DHT with 8 full tables has 2186 bytes; nothing but APPn and COM can be longer. */
const LONGEST_TABLE_BYTES = 2186;
/** length, precision, height, width, number of components */
const FRAME_HEADER_START_BYTES = 8;

export function startWalk(): JpegWalk {
  return { phase: 'markers', at: 2, searchFrom: 2, size: undefined, scans: 0 };
}

/** @param bytes from SOI to the last byte that is there; the same ones again, and more, after `more` */
export function walkJpeg(walk: JpegWalk, bytes: Buffer): WalkResult {
  for (;;) {
    const result = walk.phase === 'entropy' ? walkEntropy(walk, bytes) : walkSegment(walk, bytes);
    if (result !== undefined) return result;
  }
}

/** One marker and its segment; undefined = go on. */
function walkSegment(walk: JpegWalk, bytes: Buffer): WalkResult | undefined {
  const { at } = walk;
  if (at + 1 >= bytes.byteLength) return 'more';
  if (bytes[at] !== 0xff) return 'broken';
  const code = bytes[at + 1] ?? 0;
  if (code === 0xff) {
    walk.at += 1; // fill byte
    return undefined;
  }
  if (code === MARKER.soi) return brokenAt(walk, at);
  if (code === MARKER.eoi && walk.scans > 0) {
    walk.at += 2;
    return 'whole';
  }
  if (!isSegmentMarker(code)) return 'broken';
  walk.searchFrom = at + 2;
  if (at + 3 >= bytes.byteLength) return 'more';
  const length = bytes.readUInt16BE(at + 2);
  if (length < 2 || (length > LONGEST_TABLE_BYTES && !mayBeLong(code))) return 'broken';
  const end = at + 2 + length;
  // Two bytes more than the segment: an SOI that begins in its last byte ends outside.
  if (end + 2 > bytes.byteLength) return 'more';
  const searchedEnd = mayHoldThumbnail(code, length) ? at + 2 + SHORTEST_APPLICATION_HEAD_BYTES : end;
  const strangerAt = findSoi(bytes, at + 2, searchedEnd + 2);
  if (strangerAt >= 0) return brokenAt(walk, strangerAt);
  return enterSegment(walk, bytes, code, at + 2) ? leaveSegment(walk, code, end) : 'broken';
}

/** False when the segment contradicts itself or those before it. */
function enterSegment(walk: JpegWalk, bytes: Buffer, code: number, lengthAt: number): boolean {
  if (code === MARKER.sos) return walk.size !== undefined;
  if (!isFrameHeader(code)) return true;
  if (walk.size !== undefined || lengthAt + FRAME_HEADER_START_BYTES > bytes.byteLength) return false;
  walk.size = frameHeaderSize(bytes, lengthAt);
  return walk.size !== undefined;
}

function leaveSegment(walk: JpegWalk, code: number, end: number): undefined {
  walk.at = end;
  if (code !== MARKER.sos) return;
  walk.phase = 'entropy';
  walk.scans += 1;
  walk.searchFrom = end;
}

/** From FF to FF: Buffer.indexOf looks at many bytes at once, a loop in JavaScript at one. */
function walkEntropy(walk: JpegWalk, bytes: Buffer): WalkResult | undefined {
  for (let from = walk.at; ; ) {
    const at = bytes.indexOf(0xff, from);
    if (at < 0 || at + 1 >= bytes.byteLength) {
      walk.at = at < 0 ? bytes.byteLength : at;
      walk.searchFrom = walk.at;
      return 'more';
    }
    const code = bytes[at + 1] ?? 0;
    if (isWithinEntropyData(code)) from = at + 2;
    else if (code === 0xff) from = at + 1;
    else return leaveEntropy(walk, code, at);
  }
}

function leaveEntropy(walk: JpegWalk, code: number, at: number): WalkResult | undefined {
  if (code === MARKER.soi) return brokenAt(walk, at);
  if (code === MARKER.eoi) {
    walk.at = at + 2;
    return 'whole';
  }
  walk.phase = 'markers';
  walk.at = at;
  walk.searchFrom = at;
  return undefined;
}

function brokenAt(walk: JpegWalk, at: number): 'broken' {
  walk.searchFrom = at;
  return 'broken';
}

/** Offset of FF D8 FF that lies wholly within [from, end), or -1. */
function findSoi(bytes: Buffer, from: number, end: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 3 <= end; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === MARKER.soi && bytes[at + 2] === 0xff) return at;
  }
  return -1;
}

function isApplication(code: number): boolean {
  return code >= 0xe0 && code <= 0xef;
}

function mayBeLong(code: number): boolean {
  return isApplication(code) || code === 0xfe;
}

function mayHoldThumbnail(code: number, length: number): boolean {
  return isApplication(code) && length >= SHORTEST_THUMBNAIL_BYTES;
}
