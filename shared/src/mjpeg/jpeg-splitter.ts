// Cuts a byte stream of JPEGs back to back (rpicam-vid --codec mjpeg) into frames, however its chunks were cut.
// Memory is one buffer that grows to `maxFrameBytes` and no further, whatever arrives.

import type { Size } from '../api/camera-status.ts';
import { SoftStreamError } from '../runtime/errors.ts';
import { type JpegWalk, startWalk, type WalkResult, walkJpeg } from './jpeg-walk.ts';

export interface JpegSplitterOptions<T> {
  /** a longer frame is dropped and counted as garbage */
  readonly maxFrameBytes: number;
  /** time of arrival; asked once for each chunk */
  now(): T;
  /**
   * A whole frame. Neither callback may push.
   * @param jpeg SOI..EOI; a view that is valid during the call
   * @param firstByteAt `now()` of the chunk that brought its first byte; after a broken frame perhaps of one before
   */
  onFrame(jpeg: Uint8Array, size: Size, firstByteAt: T): void;
  /** Bytes that belong to no whole frame; reported before the frame that follows them, and at the end of each push. */
  onGarbage(byteLength: number): void;
}

export interface JpegSplitter {
  push(chunk: Uint8Array): void;
  /** The stream has ended: an unfinished frame is garbage. The splitter can be used again. */
  end(): void;
}

const FIRST_BUFFER_BYTES = 256 * 1024;
/** SOI and the first byte of the marker that must follow it. */
const FRAME_START = Buffer.from([0xff, 0xd8, 0xff]);

export function createJpegSplitter<T>(options: JpegSplitterOptions<T>): JpegSplitter {
  const { maxFrameBytes } = options;
  if (!(maxFrameBytes >= FRAME_START.byteLength)) {
    throw new SoftStreamError('ERR_MAX_FRAME_BYTES', `${maxFrameBytes} is no limit for a frame`);
  }
  /** What earlier pushes left: an unfinished frame, or one or two bytes that may be the beginning of an SOI. */
  let kept = Buffer.allocUnsafe(0);
  let keptStart = 0;
  let keptEnd = 0;
  let keptSince: T | undefined;
  let walk: JpegWalk | undefined;
  let garbage = 0;

  function push(chunk: Uint8Array): void {
    const arrivedAt = options.now();
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    try {
      while (rest.byteLength > 0) {
        if (keptStart === keptEnd) {
          const done = scan(rest, 0, arrivedAt);
          rest = rest.subarray(done);
          if (rest.byteLength > 0) keptSince = arrivedAt;
          rest = rest.subarray(keep(rest));
        } else {
          rest = rest.subarray(scanKept(rest, arrivedAt));
        }
      }
      reportGarbage();
    } catch (error) {
      reset(); // a callback threw
      throw error;
    }
  }

  /** Joins what was kept with the chunk; returns how much of the chunk is done with. */
  function scanKept(rest: Buffer, arrivedAt: T): number {
    const oldBytes = keptEnd - keptStart;
    const added = keep(rest);
    const done = scan(kept.subarray(keptStart, keptEnd), oldBytes, arrivedAt);
    if (done < oldBytes) {
      keptStart += done;
      return added;
    }
    // The old bytes are gone: go on in the chunk itself, where a whole frame need not be copied.
    keptStart = 0;
    keptEnd = 0;
    return done - oldBytes;
  }

  /** @returns how many bytes are done with; the rest is to be kept, less than `maxFrameBytes` of it */
  function scan(bytes: Buffer, oldBytes: number, arrivedAt: T): number {
    let start = 0;
    do {
      if (walk === undefined) start = hunt(bytes, start);
      if (walk === undefined) return start;
      const frame = bytes.subarray(start);
      const result = walkJpeg(walk, frame);
      if (result === 'more' && frame.byteLength < maxFrameBytes) return start;
      const firstByteAt = start < oldBytes && keptSince !== undefined ? keptSince : arrivedAt;
      start += finish(walk, result, frame, firstByteAt);
    } while (oldBytes === 0 || start < oldBytes);
    return start;
  }

  /** Skips to the next frame's start and begins to walk it; without one, to what may become one. */
  function hunt(bytes: Buffer, from: number): number {
    const start = findFrameStart(bytes, from);
    garbage += start - from;
    if (bytes.byteLength - start >= FRAME_START.byteLength) walk = startWalk();
    return start;
  }

  /** Hands out a whole frame, drops any other; returns how many bytes that takes. */
  function finish(walked: JpegWalk, result: WalkResult, frame: Buffer, firstByteAt: T): number {
    walk = undefined;
    const { at, searchFrom, size } = walked;
    if (result === 'whole' && at <= maxFrameBytes && size !== undefined) {
      reportGarbage();
      options.onFrame(frame.subarray(0, at), size, firstByteAt);
      return at;
    }
    const dropped = result === 'whole' ? at : searchFrom;
    garbage += dropped;
    return dropped;
  }

  /** Appends as much as the limit allows; returns how much that was. */
  function keep(bytes: Buffer): number {
    const held = keptEnd - keptStart;
    const added = Math.min(bytes.byteLength, maxFrameBytes - held);
    if (keptEnd + added > kept.byteLength) makeRoom(held, held + added);
    kept.set(bytes.subarray(0, added), keptEnd);
    keptEnd += added;
    return added;
  }

  function makeRoom(held: number, needed: number): void {
    const grown =
      needed > kept.byteLength ? Math.max(needed, FIRST_BUFFER_BYTES, kept.byteLength * 2) : kept.byteLength;
    const target = grown > kept.byteLength ? Buffer.allocUnsafeSlow(Math.min(grown, maxFrameBytes)) : kept;
    target.set(kept.subarray(keptStart, keptEnd));
    kept = target;
    keptStart = 0;
    keptEnd = held;
  }

  function end(): void {
    // A frame cut short within a segment may have been waiting over a whole one.
    while (keptStart < keptEnd) {
      const pending = walk;
      if (pending !== undefined) {
        walk = undefined;
        garbage += pending.searchFrom;
        keptStart += pending.searchFrom;
        // all that is left was here before: every frame in it is as old as `keptSince`
        const bytes = kept.subarray(Math.min(keptStart, keptEnd), keptEnd);
        if (keptSince !== undefined) keptStart += scan(bytes, Number.POSITIVE_INFINITY, keptSince);
      } else {
        garbage += keptEnd - keptStart;
        keptStart = keptEnd;
      }
    }
    reportGarbage();
    reset();
  }

  function reportGarbage(): void {
    const byteLength = garbage;
    garbage = 0;
    if (byteLength > 0) options.onGarbage(byteLength);
  }

  function reset(): void {
    walk = undefined;
    keptStart = 0;
    keptEnd = 0;
    keptSince = undefined;
    garbage = 0;
  }

  return { push, end };
}

/** Offset of the next frame's SOI, or of what may become one at the very end, or the end. */
function findFrameStart(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(FRAME_START, from);
  if (at >= 0) return at;
  const end = bytes.byteLength;
  if (end - from >= 2 && bytes[end - 2] === 0xff && bytes[end - 1] === 0xd8) return end - 2;
  if (end - from >= 1 && bytes[end - 1] === 0xff) return end - 1;
  return end;
}
