// One object in shared memory as its publisher maps it: the header is written, frames are stored into slots.
//
// Who writes, who reads: only this process maps the object writable (mode 0640); subscribers read it through a read-only
// descriptor. A subscriber sees a torn frame when we overtake it while it reads; it finds out because
//   1. `claimed` is stored before the first byte of a frame, so whoever could have seen a byte of it can see the claim;
//   2. the slot's sequence and then `latestStream` are stored after the last byte, so who sees them can see the bytes.
// On x86 stores become visible in program order anyway. On arm64 they do not, and a store-release (`Atomics.store`)
// holds back what came before it but not what comes after. So the claim is a read-modify-write followed by a load
// of the same word: a load-acquire is not passed by anything after it, and it does not pass the release before it
// (nor the store half of an exchange that is built from ldaxr and stlxr, on cores without LSE). Its value is ignored.
// Besides, a subscriber keeps a whole slot of distance to us: a reordered store would have to be late by a frame.

import { randomBytes } from 'node:crypto';
import {
  HEADER,
  HEADER_BYTES,
  LAYOUT_VERSION,
  LIBRARY_BYTES,
  MAGIC,
  objectByteLength,
  SLOT_HEAD,
  STILL_SLOTS,
  STREAM_SLOTS,
  slotHeadOffset,
  slotOffset,
} from './layout.ts';
import { createSharedObject, type SharedObject } from './shm.ts';

export interface RingObjectOptions {
  readonly objectName: string;
  /** UTF-8, shorter than SOCKET_PATH_BYTES */
  readonly socketPath: Buffer;
  /** multiples of 4096, see slotSizes() */
  readonly streamSlotBytes: number;
  readonly stillSlotBytes: number;
  /** group that may read; undefined leaves what the folder gives */
  readonly groupId?: number | undefined;
}

export interface FrameToStore {
  /** SOI..EOI, not longer than the slot; only read during the call */
  readonly jpeg: Uint8Array;
  /** pixels */
  readonly width: number;
  readonly height: number;
  /** CLOCK_MONOTONIC */
  readonly monotonicNs: bigint;
  /** wall clock, ms since 1970 */
  readonly capturedAtMs: number;
}

export interface RingObject {
  readonly generation: bigint;
  /** of its file in /dev/shm */
  readonly inode: number;
  /** @param slot STREAM_SLOTS is the still slot */
  store(slot: number, sequence: bigint, frame: FrameToStore): void;
  /** A copy of the first bytes of a slot. */
  copy(slot: number, byteLength: number): Buffer;
  /** Afterwards the memory is unmapped: nothing else may be called. */
  readonly close: SharedObject['close'];
  readonly abandon: SharedObject['abandon'];
}

/**
 * Creates the object, allocates and zeroes all of it, and writes its header, magic last.
 * @returns undefined when the name is taken
 * @throws {FatalError} 78 ERR_SHM_TOO_SMALL
 */
export function createRingObject(options: RingObjectOptions): RingObject | undefined {
  const { objectName, socketPath, streamSlotBytes, stillSlotBytes, groupId } = options;
  const byteLength = objectByteLength(streamSlotBytes, stillSlotBytes);
  const object = createSharedObject({ objectName, byteLength, groupId });
  if (object === undefined) return undefined;
  const { buffer, inode } = object;
  const words = new BigUint64Array(buffer.buffer, buffer.byteOffset, (HEADER_BYTES - LIBRARY_BYTES) / 8);
  const generation = randomGeneration();
  writeHeader();

  function writeHeader(): void {
    buffer.writeUInt32LE(LAYOUT_VERSION, bufferOffset(HEADER.version));
    buffer.writeUInt32LE(HEADER_BYTES, bufferOffset(HEADER.headerBytes));
    buffer.writeBigUInt64LE(generation, bufferOffset(HEADER.generation));
    buffer.writeUInt32LE(STREAM_SLOTS, bufferOffset(HEADER.streamSlots));
    buffer.writeUInt32LE(STILL_SLOTS, bufferOffset(HEADER.stillSlots));
    buffer.writeBigUInt64LE(BigInt(streamSlotBytes), bufferOffset(HEADER.streamSlotBytes));
    buffer.writeBigUInt64LE(BigInt(stillSlotBytes), bufferOffset(HEADER.stillSlotBytes));
    buffer.writeBigUInt64LE(BigInt(byteLength), bufferOffset(HEADER.objectBytes));
    buffer.writeUInt32LE(socketPath.byteLength, bufferOffset(HEADER.socketPathLength));
    buffer.set(socketPath, bufferOffset(HEADER.socketPath));
    Atomics.store(words, wordAt(HEADER.magic), MAGIC);
  }

  function store(slot: number, sequence: bigint, frame: FrameToStore): void {
    const isStill = slot === STREAM_SLOTS;
    const claimedWord = wordAt(isStill ? HEADER.claimedStill : HEADER.claimed);
    Atomics.exchange(words, claimedWord, sequence);
    Atomics.load(words, claimedWord);

    buffer.set(frame.jpeg, bufferOffset(slotOffset(slot, streamSlotBytes)));
    const head = bufferOffset(slotHeadOffset(slot));
    buffer.writeUInt32LE(frame.jpeg.byteLength, head + SLOT_HEAD.byteLength);
    buffer.writeUInt32LE(frame.width, head + SLOT_HEAD.width);
    buffer.writeUInt32LE(frame.height, head + SLOT_HEAD.height);
    buffer.writeBigUInt64LE(frame.monotonicNs, head + SLOT_HEAD.monotonicNs);
    buffer.writeDoubleLE(frame.capturedAtMs, head + SLOT_HEAD.capturedAtMs);

    Atomics.store(words, wordAt(slotHeadOffset(slot) + SLOT_HEAD.sequence), sequence);
    Atomics.store(words, wordAt(isStill ? HEADER.latestStill : HEADER.latestStream), sequence);
  }

  return {
    generation,
    inode,
    store,
    copy(slot, length) {
      const at = bufferOffset(slotOffset(slot, streamSlotBytes));
      return Buffer.from(buffer.subarray(at, at + length));
    },
    close: object.close,
    abandon: object.abandon,
  };
}

function bufferOffset(objectOffset: number): number {
  return objectOffset - LIBRARY_BYTES;
}

/** Index of an 8-byte field in the array that Atomics work on. */
function wordAt(objectOffset: number): number {
  return bufferOffset(objectOffset) / 8;
}

function randomGeneration(): bigint {
  const generation = randomBytes(8).readBigUInt64LE(0);
  return generation === 0n ? 1n : generation;
}
