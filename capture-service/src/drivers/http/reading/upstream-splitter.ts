// Cuts what a camera sends over HTTP into frames, in whatever manner it does: parts with or without a length (and a
// wrong one), boundaries named or not, doubled, glued to the first header or left out, or bare JPEGs in a row.
//
//   between --boundary line--> head --empty line--> opening --SOI--> body --EOI--> between
//      '---------------- SOI, before the first boundary line ----------^
//
// Where a JPEG ends is read from the JPEG itself: so no frame waits for the boundary behind it, and a length that lies
// does no harm. The length is believed for one thing only: a JPEG without its EOI that has exactly so many bytes is
// whole, any other is cut.

import type { RestartCause, Size } from '@soft-stream/shared/api/camera-status';
import { type JpegWalk, startWalk, walkJpeg } from '@soft-stream/shared/mjpeg/jpeg-walk';
import { UpstreamError } from '../failure/upstream-error.ts';
import { readBoundaryLine } from './boundary-line.ts';
import { createKeptBytes } from './kept-bytes.ts';
import { NO_HEADERS, type PartHeaders, readPartHeaders } from './part-headers.ts';

export interface UpstreamSplitterOptions<T> {
  /** as in the response's head; undefined = none was named */
  readonly boundary: string | undefined;
  /** a longer frame ends it */
  readonly maxFrameBytes: number;
  /** time of arrival; asked once for each chunk */
  now(): T;
  /** @param jpeg SOI..EOI; a view that is valid during the call. The callee must not push. */
  onFrame(jpeg: Uint8Array, size: Size, headers: PartHeaders, firstByteAt: T): void;
  /** a part that should have been a picture and is none */
  onDamage(what: string): void;
}

export interface UpstreamSplitter {
  /** @throws {UpstreamError} `no MJPEG`, `garbage`, `frame too large`: nothing may be pushed after that */
  push(chunk: Uint8Array): void;
  /** bytes of an unfinished picture are there */
  readonly isInsidePicture: boolean;
}

/** What may stand before and between parts. */
const MAX_JUNK_BYTES = 64 * 1024;
const MAX_HEAD_BYTES = 8 * 1024;
const MAX_LINE_BYTES = 4 * 1024;
const MAX_DAMAGED_IN_A_ROW = 5;
const LF = 0x0a;
const CR = 0x0d;
const EOI = Buffer.from([0xff, 0xd9]);
const FRAME_START = Buffer.from([0xff, 0xd8, 0xff]);

type Phase = 'between' | 'head' | 'opening' | 'body';

export function createUpstreamSplitter<T>(options: UpstreamSplitterOptions<T>): UpstreamSplitter {
  const { maxFrameBytes } = options;
  const kept = createKeptBytes();
  let phase: Phase = 'between';
  let delimiter: string | undefined;
  let headLines: string[] = [];
  let headBytes = 0;
  let headers = NO_HEADERS;
  let walk: JpegWalk | undefined;
  /** bytes of the body in which no boundary line begins */
  let searched = 0;
  let junkBytes = 0;
  let hasFrames = false;
  let damagedInARow = 0;
  let arrivedAt: T;
  let bodyAt: T;
  let opening = '';

  function push(chunk: Uint8Array): void {
    arrivedAt = options.now();
    if (opening.length < 200) opening += Buffer.from(chunk).toString('latin1', 0, 200);
    kept.append(chunk);
    while (kept.bytes.byteLength > 0 && step(kept.bytes));
  }

  /** Does what can be done with the bytes that are there; false when more are needed. */
  function step(bytes: Buffer): boolean {
    switch (phase) {
      case 'between':
        return skipJunk(bytes);
      case 'head':
        return readHead(bytes);
      case 'opening':
        return readOpening(bytes);
      case 'body':
        return readBody(bytes);
    }
  }

  function skipJunk(bytes: Buffer): boolean {
    // Once there are boundary lines, what says of what kind a picture is stands behind them.
    if (delimiter === undefined && bytes[0] === 0xff) {
      if (bytes.byteLength < FRAME_START.byteLength) return false;
      if (startsFrame(bytes)) return enterBody(NO_HEADERS);
    }
    const line = takeLine(bytes);
    if (line === undefined) return false;
    const boundary = readBoundaryLine(line, delimiter, options.boundary);
    if (boundary === undefined) return true;
    delimiter = boundary.delimiter;
    if (boundary.isClosing) return true;
    headLines = boundary.rest === '' ? [] : [boundary.rest];
    headBytes = 0;
    phase = 'head';
    return true;
  }

  /** The next line of junk, or as much of it as holds no beginning of a frame. */
  function takeLine(bytes: Buffer): string | undefined {
    const end = lineEnd(bytes);
    if (end === undefined && bytes.byteLength < MAX_LINE_BYTES) return undefined;
    const taken = Math.min(end ?? bytes.byteLength, MAX_LINE_BYTES);
    const frameAt = delimiter === undefined ? bytes.subarray(0, taken).indexOf(FRAME_START) : -1;
    const dropped = frameAt > 0 ? frameAt : taken;
    const line = bytes.toString('latin1', 0, dropped).trimEnd();
    kept.drop(dropped);
    junkBytes += dropped;
    if (junkBytes > MAX_JUNK_BYTES + (delimiter === undefined ? 0 : maxFrameBytes)) notMultipart();
    return line;
  }

  function readHead(bytes: Buffer): boolean {
    if (bytes[0] === 0xff) return beginPart();
    const end = lineEnd(bytes);
    headBytes += end ?? 0;
    if (headBytes + (end === undefined ? bytes.byteLength : 0) > MAX_HEAD_BYTES) {
      throw new UpstreamError('garbage', `the head of a part has more than ${MAX_HEAD_BYTES} bytes`);
    }
    if (end === undefined) return false;
    const line = bytes.toString('latin1', 0, end).trimEnd();
    kept.drop(end);
    if (line === '') return beginPart();
    // Some cameras send the line twice.
    if (readBoundaryLine(line, delimiter, undefined) === undefined) headLines.push(line);
    return true;
  }

  function beginPart(): boolean {
    headers = readPartHeaders(headLines);
    phase = 'opening';
    return true;
  }

  function readOpening(bytes: Buffer): boolean {
    let blanks = 0;
    while (bytes[blanks] === CR || bytes[blanks] === LF) blanks++;
    junkBytes += blanks;
    if (junkBytes > MAX_JUNK_BYTES + maxFrameBytes) notMultipart();
    if (blanks > 0) kept.drop(blanks);
    const rest = bytes.subarray(blanks);
    if (rest.byteLength < FRAME_START.byteLength) return false;
    if (startsFrame(rest)) return enterBody(headers);
    phase = 'between';
    if (headers.type === undefined || /^(image\/|application\/octet-stream)/.test(headers.type)) {
      damaged(`a part of ${headers.type ?? 'no type'} that does not begin with a JPEG`);
    }
    return true;
  }

  function enterBody(given: PartHeaders): boolean {
    headers = given;
    phase = 'body';
    walk = startWalk();
    searched = 0;
    bodyAt = arrivedAt;
    return true;
  }

  function readBody(bytes: Buffer): boolean {
    if (walk === undefined) return false;
    // Not beyond the boundary line: a picture cut short within a segment would swallow the next one's head.
    const nextAt = findBoundary(bytes);
    const body = bytes.subarray(0, nextAt);
    const result = walkJpeg(walk, body);
    if (result === 'whole' && walk.at <= maxFrameBytes && walk.size !== undefined) {
      return deliver(body.subarray(0, walk.at), walk.size, walk.at);
    }
    const { byteLength } = body;
    if (byteLength > maxFrameBytes) throw tooLarge(headers.byteLength ?? byteLength);
    if (result === 'more' && nextAt === undefined) return false;
    const isEntire = result === 'more' && walk.phase === 'entropy' && byteLength === headers.byteLength;
    if (isEntire && walk.size !== undefined) return deliver(Buffer.concat([body, EOI]), walk.size, byteLength);
    const dropped = nextAt ?? walk.searchFrom;
    leaveBody(dropped);
    junkBytes += dropped;
    damaged(result === 'more' ? `a picture that ends after ${byteLength} bytes` : 'a picture that contradicts itself');
    return true;
  }

  function deliver(jpeg: Buffer, size: Size, byteLength: number): true {
    hasFrames = true;
    damagedInARow = 0;
    junkBytes = 0;
    options.onFrame(jpeg, size, headers, bodyAt);
    leaveBody(byteLength);
    return true;
  }

  function leaveBody(byteLength: number): void {
    kept.drop(byteLength);
    phase = 'between';
    walk = undefined;
  }

  /** Where the body ends before the boundary line that follows it; each byte is searched once. */
  function findBoundary(bytes: Buffer): number | undefined {
    if (delimiter === undefined) return undefined;
    const needle = `\n${delimiter}`;
    const at = bytes.indexOf(needle, searched, 'latin1');
    searched = Math.max(0, bytes.byteLength - needle.length);
    if (at < 0) return undefined;
    return at > 0 && bytes[at - 1] === CR ? at - 1 : at;
  }

  function damaged(what: string): void {
    damagedInARow += 1;
    options.onDamage(what);
    if (damagedInARow < MAX_DAMAGED_IN_A_ROW) return;
    const cause: RestartCause = hasFrames ? 'garbage' : 'no MJPEG';
    throw new UpstreamError(cause, `${MAX_DAMAGED_IN_A_ROW} parts in a row are no JPEGs: ${what}`);
  }

  function notMultipart(): never {
    if (hasFrames) throw new UpstreamError('garbage', `${junkBytes} bytes without a picture in them`);
    throw new UpstreamError('no MJPEG', describeOpening(opening));
  }

  function tooLarge(byteLength: number): UpstreamError {
    return new UpstreamError('frame too large', `a picture of ${byteLength} bytes or more, limit ${maxFrameBytes}`);
  }

  return {
    push,
    get isInsidePicture() {
      return phase === 'body';
    },
  };
}

/** Of a body without any picture, from its first bytes. */
export function describeOpening(opening: string): string {
  if (/^\s*<(!doctype|html|head|body|\?xml)/i.test(opening)) return 'that is a web page, not a picture';
  if (opening.trim() === '') return 'the answer has no picture in it';
  const shown = opening
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 80);
  return `neither MJPEG nor a JPEG: it begins with "${shown}"`;
}

function startsFrame(bytes: Buffer): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** Behind the LF of the first line; undefined when it is not there within the longest line. */
function lineEnd(bytes: Buffer): number | undefined {
  const at = bytes.subarray(0, MAX_LINE_BYTES).indexOf(LF);
  return at < 0 ? undefined : at + 1;
}
