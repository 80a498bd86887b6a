// Reads multipart/x-mixed-replace part by part, with or without Content-Length, however the chunks were cut.
// RFC 2046, 5.1.1. Memory is one part at most.
//
//   preamble --delimiter--> head --empty line--> body --CRLF + delimiter--> head ... --closing delimiter--> epilogue

import { SoftStreamError } from '../runtime/errors.ts';

export interface MultipartParserOptions {
  /** without the two hyphens */
  readonly boundary: string;
  /** limit for a part's body */
  readonly maxPartBytes: number;
  /**
   * With Content-Length as soon as its last byte is there, else when the next delimiter is.
   * @param headers names in lower case
   * @param body the callee's own copy
   */
  onPart(headers: ReadonlyMap<string, string>, body: Buffer): void;
}

export interface MultipartParser {
  /** @throws {SoftStreamError} ERR_MULTIPART: not multipart, a part too large; every later push throws it again */
  push(chunk: Uint8Array): void;
  /** Whether the closing delimiter came. */
  readonly isClosed: boolean;
}

const MAX_HEAD_BYTES = 16 * 1024;
/** What may stand before the first delimiter. */
const MAX_PREAMBLE_BYTES = 64 * 1024;
const CRLF = '\r\n';
const HEAD_END = '\r\n\r\n';
const MAX_LINE_PADDING = 256;

type Phase = 'preamble' | 'head' | 'sized body' | 'open body' | 'delimiter' | 'epilogue';

export function createMultipartParser(options: MultipartParserOptions): MultipartParser {
  const delimiter = Buffer.from(`${CRLF}--${options.boundary}`, 'latin1');
  // The very first delimiter need not have a CRLF before it: give it one.
  let held: Buffer = Buffer.from(CRLF);
  let heldStart = 0;
  let heldEnd = held.byteLength;
  let phase: Phase = 'preamble';
  let headers = new Map<string, string>();
  let bodyLength = 0;
  /** bytes of `pending()` that were searched already */
  let searched = 0;
  let failure: SoftStreamError | undefined;

  function push(chunk: Uint8Array): void {
    if (failure !== undefined) throw failure;
    if (phase === 'epilogue') return;
    append(chunk);
    while (step(held.subarray(heldStart, heldEnd)));
  }

  /** Does what can be done with the bytes that are there; false when more are needed. */
  function step(bytes: Buffer): boolean {
    switch (phase) {
      case 'preamble':
        return readPreamble(bytes);
      case 'head':
        return readHead(bytes);
      case 'sized body':
        return readSizedBody(bytes);
      case 'open body':
        return readOpenBody(bytes);
      case 'delimiter':
        return readDelimiter(bytes);
      case 'epilogue':
        return false;
    }
  }

  function readPreamble(bytes: Buffer): boolean {
    const line = findDelimiterLine(bytes);
    if (line === undefined) return wait(bytes, MAX_PREAMBLE_BYTES, 'no delimiter', searchedUpTo(bytes));
    return passDelimiter(line);
  }

  function readHead(bytes: Buffer): boolean {
    // The delimiter's own CRLF was left here, so that a head without any header ends like every other.
    const end = bytes.indexOf(HEAD_END, Math.max(0, searched - HEAD_END.length));
    if (end < 0) return wait(bytes, MAX_HEAD_BYTES, 'endless head of a part', bytes.byteLength);
    headers = parseHeaders(bytes.toString('latin1', 0, end));
    consume(end + HEAD_END.length);
    const length = headers.get('content-length');
    if (length === undefined) {
      phase = 'open body';
    } else {
      if (!/^\d{1,15}$/.test(length)) fail(`Content-Length: ${length.slice(0, 40)}`);
      bodyLength = Number(length);
      if (bodyLength > options.maxPartBytes) fail(`a part of ${bodyLength} bytes, limit ${options.maxPartBytes}`);
      phase = 'sized body';
    }
    return true;
  }

  function readSizedBody(bytes: Buffer): boolean {
    if (bytes.byteLength < bodyLength) return false;
    phase = 'delimiter';
    deliver(bytes, bodyLength);
    return true;
  }

  function readOpenBody(bytes: Buffer): boolean {
    const line = findDelimiterLine(bytes);
    if (line === undefined) {
      return wait(bytes, options.maxPartBytes + delimiter.byteLength, 'a part too large', searchedUpTo(bytes));
    }
    if (line.at > options.maxPartBytes) fail(`a part of ${line.at} bytes, limit ${options.maxPartBytes}`);
    phase = 'delimiter';
    deliver(bytes, line.at);
    return true;
  }

  function readDelimiter(bytes: Buffer): boolean {
    const line = findDelimiterLine(bytes);
    if (line?.at === 0) return passDelimiter(line);
    const compared = Math.min(bytes.byteLength, delimiter.byteLength);
    if (!bytes.subarray(0, compared).equals(delimiter.subarray(0, compared))) fail('no delimiter where a part ends');
    return wait(bytes, delimiter.byteLength + MAX_LINE_PADDING, 'endless delimiter line', 0);
  }

  interface DelimiterLine {
    readonly at: number;
    readonly end: number;
    readonly isClosing: boolean;
  }

  /** A delimiter counts only with its CRLF (padding allowed) or the two hyphens that close; else it is content. */
  function findDelimiterLine(bytes: Buffer): DelimiterLine | undefined {
    for (let at = bytes.indexOf(delimiter, searched); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
      let end = at + delimiter.byteLength;
      if (bytes[end] === 0x2d && bytes[end + 1] === 0x2d) return { at, end: end + 2, isClosing: true };
      while ((bytes[end] === 0x20 || bytes[end] === 0x09) && end - at < MAX_LINE_PADDING) end += 1;
      if (bytes[end] === 0x0d && bytes[end + 1] === 0x0a) return { at, end, isClosing: false };
      if (end + 2 > bytes.byteLength) return undefined;
    }
    return undefined;
  }

  function passDelimiter(line: DelimiterLine): boolean {
    phase = line.isClosing ? 'epilogue' : 'head';
    consume(line.end);
    return true;
  }

  function deliver(bytes: Buffer, length: number): void {
    const body = Buffer.from(bytes.subarray(0, length));
    consume(length);
    options.onPart(headers, body);
  }

  /** A delimiter line that is not whole yet begins at most this far from the end. */
  function searchedUpTo(bytes: Buffer): number {
    return Math.max(0, bytes.byteLength - delimiter.byteLength - MAX_LINE_PADDING);
  }

  function wait(bytes: Buffer, limit: number, what: string, searchedBytes: number): false {
    if (bytes.byteLength > limit + MAX_LINE_PADDING) fail(`${what} (limit ${limit} bytes)`);
    searched = searchedBytes;
    return false;
  }

  function fail(what: string): never {
    failure = new SoftStreamError('ERR_MULTIPART', `not the multipart stream that was expected: ${what}`);
    throw failure;
  }

  function consume(byteLength: number): void {
    heldStart += byteLength;
    searched = 0;
  }

  function append(chunk: Uint8Array): void {
    const pending = heldEnd - heldStart;
    const needed = pending + chunk.byteLength;
    if (heldEnd + chunk.byteLength > held.byteLength) {
      // A body of known length gets all its room at once.
      const room = Math.max(needed, phase === 'sized body' ? bodyLength : 0);
      const target = room > held.byteLength ? Buffer.allocUnsafeSlow(Math.max(room, held.byteLength * 2)) : held;
      target.set(held.subarray(heldStart, heldEnd));
      held = target;
      heldStart = 0;
      heldEnd = pending;
    }
    held.set(chunk, heldEnd);
    heldEnd += chunk.byteLength;
  }

  return {
    push,
    get isClosed() {
      return phase === 'epilogue';
    },
  };
}

function parseHeaders(head: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of head.split(CRLF)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}
