// The reading end of the ring: newest frame, or still, as a private copy that is whole or not handed out at all.
//
// Why a torn frame is never accepted: header, payload, then the header again, and the frame counts only when its
// sequence is unchanged and `claimed` is at most K - 2 ahead of it, that is, when the publisher has not even begun
// the frame before the one that would overwrite ours. Had a byte of our slot been overwritten, `claimed` would have
// been K ahead before that byte was (see publisher.ts). The two of distance are the room for stores and loads that
// a CPU reorders: they are late by nanoseconds, not by a whole frame. SOI and EOI are looked at besides.
// A still has one slot only and no distance: it counts when nothing newer was claimed after the last piece was read.
//
// Bytes in the object are never trusted: lengths are checked against slots, slots against fstat (header.ts).

import type { Logger } from 'pino';
import { isWholeJpeg } from '../mjpeg/jpeg.ts';
import { SoftStreamError } from '../runtime/errors.ts';
import {
  type FrameHead,
  type HeaderProblem,
  isHeaderProblem,
  parseFrameHead,
  parseHeader,
  type RingHeader,
} from './header.ts';
import {
  HEADER,
  LAYOUT_VERSION,
  SLOT_HEAD_BYTES,
  STREAM_SLOTS,
  slotHeadOffset,
  slotOffset,
  USED_HEADER_BYTES,
} from './layout.ts';
import { objectPath } from './names.ts';
import { inodeAt, openRingFile, type RingFile } from './ring-file.ts';

export type { FrameHead } from './header.ts';

/** The caller's room for the payload, so that a part head can stand before it: one copy on the way out. */
export interface ReadTarget {
  /**
   * Called once per attempt, and again when the frame turned out to be overwritten meanwhile.
   * @returns a place for `byteLength` bytes from `offset` on
   */
  reserve(byteLength: number): { buffer: Buffer; offset: number };
}

export interface SubscriberOptions {
  readonly objectName: string;
  /** called once about an object of another layout version */
  readonly log?: Pick<Logger, 'warn'> | undefined;
}

export interface FrameSubscriber extends Disposable {
  /**
   * The newest frame of the stream; blocks for one copy (about 10 us for 100 KB).
   * When there is nothing newer than `afterSequence` it looks whether the object was replaced, and if so reads the new
   * one, whose sequences begin again: `generation` tells.
   * @returns undefined: no object, no frame, nothing newer. What `reserve` gave is then undefined too
   */
  readLatest(into: ReadTarget, afterSequence?: bigint): FrameHead | undefined;
  /**
   * The still with that sequence, read in pieces by the thread pool.
   * @returns undefined when it is not there, or no longer
   */
  readStill(sequence: bigint, signal: AbortSignal): Promise<{ head: FrameHead; jpeg: Buffer } | undefined>;
  /**
   * Notices a new object under the name and opens it; true when `generation` has changed. An object that only lost its
   * name is kept: its publisher writes on, until it has made another one.
   */
  refresh(): boolean;
  /** of the object that is open and readable; undefined without one */
  readonly generation: bigint | undefined;
  /** of the last `readLatest` or `readStill` that handed out nothing */
  readonly failure: ReadFailure | undefined;
  close(): void;
}

/** How far the publisher may be ahead of the frame that is being read. */
const MAX_LEAD = BigInt(STREAM_SLOTS - 2);
/** A reader that is lapped this often in a row stands still; the next frame will find it. */
const MAX_ATTEMPTS = 4;
const STILL_PIECE_BYTES = 256 * 1024;

/** Why a read handed out nothing. */
export type ReadFailure =
  /** there is no object under the name, and none that was open before */
  | 'missing'
  /** there is one that this process may not read, or that is no file */
  | 'unreadable'
  /** its header is not whole (yet), of another version, or not a ring's */
  | 'not a ring'
  /** fewer bytes were there than its header says */
  | 'short'
  /** the publisher was there first, or the bytes are not those of a whole JPEG */
  | 'overwritten'
  /** the frame asked for is not in the ring: nothing newer, or no such still */
  | 'no such frame';

/** Never throws for a missing object: there is one when capture has started. */
export function openSubscriber({ objectName, log }: SubscriberOptions): FrameSubscriber {
  const path = objectPath(objectName);
  const headerBytes = Buffer.alloc(USED_HEADER_BYTES);
  const secondBytes = Buffer.alloc(USED_HEADER_BYTES);
  let file: RingFile | undefined;
  let generation: bigint | undefined;
  let failure: ReadFailure | undefined;
  let hasWarned = false;
  let isClosed = false;
  refresh();

  function readLatest(into: ReadTarget, afterSequence?: bigint): FrameHead | undefined {
    const head = readNewest(into, afterSequence);
    if (head !== undefined || !refresh()) return head;
    return readNewest(into, undefined);
  }

  function readNewest(into: ReadTarget, afterSequence: bigint | undefined): FrameHead | undefined {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const header = readHeader();
      if (file === undefined || header === undefined) return undefined;
      const sequence = headerBytes.readBigUInt64LE(HEADER.latestStream);
      if (sequence === 0n || (afterSequence !== undefined && sequence <= afterSequence)) return fail('no such frame');
      const head = readSlot(file, header, sequence, into);
      if (head !== undefined) return head;
    }
    return undefined;
  }

  function readSlot(from: RingFile, header: RingHeader, sequence: bigint, into: ReadTarget): FrameHead | undefined {
    const slot = Number(sequence % BigInt(STREAM_SLOTS));
    const head = parseFrameHead(headerBytes, slot, sequence, header.streamSlotBytes);
    if (head === undefined) return fail('overwritten');
    const { buffer, offset } = into.reserve(head.byteLength);
    if (offset + head.byteLength > buffer.byteLength) {
      throw new SoftStreamError(
        'ERR_READ_TARGET',
        `a frame of ${head.byteLength} bytes does not fit at ${offset} of ${buffer.byteLength}`,
      );
    }
    const isRead =
      from.readSync(buffer, offset, head.byteLength, slotOffset(slot, header.streamSlotBytes)) &&
      from.readSync(secondBytes, 0, USED_HEADER_BYTES, 0);
    if (!isRead) return fail('short');
    const lead = secondBytes.readBigUInt64LE(HEADER.claimed) - sequence;
    const isUntouched =
      isSame(0, HEADER.claimed) && isSame(slotHeadOffset(slot), SLOT_HEAD_BYTES) && lead >= 0n && lead <= MAX_LEAD;
    const isWhole = isUntouched && isWholeJpeg(buffer.subarray(offset, offset + head.byteLength));
    return isWhole ? head : fail('overwritten');
  }

  function fail(why: ReadFailure): undefined {
    failure = why;
    return undefined;
  }

  /** The first and the second look at the header found the same there: what was made of it still holds. */
  function isSame(at: number, byteLength: number): boolean {
    const end = at + byteLength;
    return headerBytes.compare(secondBytes, at, end, at, end) === 0;
  }

  async function readStill(sequence: bigint, signal: AbortSignal) {
    signal.throwIfAborted();
    refresh();
    const still = await readStillOnce(sequence, signal);
    // Its object may have been replaced meanwhile, and the new one has it, too.
    return still ?? (refresh() ? await readStillOnce(sequence, signal) : undefined);
  }

  async function readStillOnce(sequence: bigint, signal: AbortSignal) {
    const from = file;
    const header = readHeader();
    if (from === undefined || header === undefined) return undefined;
    const head = stillHead(header, sequence);
    if (head === undefined) return fail('no such frame');
    const jpeg = Buffer.allocUnsafeSlow(head.byteLength);
    const position = slotOffset(STREAM_SLOTS, header.streamSlotBytes);
    for (let at = 0; at < jpeg.byteLength; at += STILL_PIECE_BYTES) {
      const length = Math.min(STILL_PIECE_BYTES, jpeg.byteLength - at);
      if (!(await from.read(jpeg, at, length, position + at))) return fail('short');
      signal.throwIfAborted();
    }
    if (file !== from || readHeader()?.generation !== header.generation) return fail('overwritten');
    const again = stillHead(header, sequence);
    return again?.byteLength === head.byteLength && isWholeJpeg(jpeg) ? { head: again, jpeg } : fail('overwritten');
  }

  /** From the header that was read last; undefined unless exactly this still is there and none was begun after it. */
  function stillHead(header: RingHeader, sequence: bigint): FrameHead | undefined {
    const isCurrent =
      headerBytes.readBigUInt64LE(HEADER.latestStill) === sequence &&
      headerBytes.readBigUInt64LE(HEADER.claimedStill) === sequence;
    return isCurrent ? parseFrameHead(headerBytes, STREAM_SLOTS, sequence, header.stillSlotBytes) : undefined;
  }

  /** Leaves the bytes in `headerBytes`, with the slot heads; undefined when they are not a ring's. */
  function readHeader(): RingHeader | undefined {
    generation = undefined;
    if (file === undefined) return fail(inodeAt(path) === undefined ? 'missing' : 'unreadable');
    if (!file.readSync(headerBytes, 0, USED_HEADER_BYTES, 0)) return fail('short');
    const header = parseHeader(headerBytes, file.byteLength);
    if (isHeaderProblem(header)) {
      warnOnce(header);
      return fail('not a ring');
    }
    generation = header.generation;
    return header;
  }

  function warnOnce(problem: HeaderProblem): void {
    if (problem.kind === 'unfinished' || hasWarned) return;
    hasWarned = true;
    const found = problem.kind === 'version' ? problem.version : undefined;
    log?.warn(
      { objectName, layoutVersion: found, expected: LAYOUT_VERSION },
      problem.kind === 'version'
        ? 'frames have another layout version: update capture-service and http-service together'
        : 'shared memory does not hold a frame ring',
    );
  }

  function refresh(): boolean {
    if (isClosed) return false;
    const before = generation;
    const inode = inodeAt(path);
    const isCurrent = before !== undefined && (inode === undefined || inode === file?.inode);
    if (!isCurrent) {
      const found = inode === undefined ? undefined : openRingFile(path);
      if (before !== undefined && !isFinished(found)) found?.close();
      else replaceFile(found);
    }
    return generation !== before;
  }

  /** false for one that is half made, or a stranger's: what is open is better. */
  function isFinished(found: RingFile | undefined): boolean {
    if (!found?.readSync(secondBytes, 0, USED_HEADER_BYTES, 0)) return false;
    const header = parseHeader(secondBytes, found.byteLength);
    return !isHeaderProblem(header) || header.kind !== 'unfinished';
  }

  /** Also by the same object again, as long as it is not readable: it may have been half made when we opened it. */
  function replaceFile(found: RingFile | undefined): void {
    if (file?.inode !== found?.inode) hasWarned = false;
    file?.close();
    file = found;
    readHeader();
  }

  function close(): void {
    isClosed = true;
    file?.close();
    file = undefined;
    generation = undefined;
  }

  return {
    readLatest,
    readStill,
    refresh,
    get generation() {
      return generation;
    },
    get failure() {
      return failure;
    },
    close,
    [Symbol.dispose]: close,
  };
}
