// The writing end of the ring. One publisher per object, and it never waits for a reader: it cannot even see one.
//
// Who writes, who reads: only this process maps the object writable (mode 0640); subscribers read it through a read-only
// descriptor. So nothing here depends on what is in shared memory: every counter lives in private memory and is only
// copied out. A subscriber sees a torn frame when we overtake it while it reads; it finds out because
//   1. `claimed` is stored before the first byte of a frame, so whoever could have seen a byte of it can see the claim;
//   2. the slot's sequence and then `latestStream` are stored after the last byte, so who sees them can see the bytes.
// On x86 stores become visible in program order anyway. On arm64 they do not, and a store-release (`Atomics.store`)
// holds back what came before it but not what comes after. So the claim is a read-modify-write followed by a load
// of the same word: a load-acquire is not passed by anything after it, and it does not pass the release before it
// (nor the store half of an exchange that is built from ldaxr and stlxr, on cores without LSE). Its value is ignored.
// Besides, a subscriber keeps a whole slot of distance to us: a reordered store would have to be late by a frame.

import { randomBytes } from 'node:crypto';
import { isWholeJpeg } from '../mjpeg/jpeg.ts';
import { EXIT, FatalError, SoftStreamError } from '../runtime/errors.ts';
import {
  HEADER,
  HEADER_BYTES,
  LAYOUT_VERSION,
  LIBRARY_BYTES,
  MAGIC,
  MAX_SLOT_BYTES,
  objectByteLength,
  PAGE_BYTES,
  SLOT_HEAD,
  SOCKET_PATH_BYTES,
  STILL_SLOTS,
  STREAM_SLOTS,
  slotHeadOffset,
  slotOffset,
} from './layout.ts';
import { objectPath } from './names.ts';
import { createSharedObject } from './shm.ts';

export interface PublisherOptions {
  readonly objectName: string;
  /** operator/control.sock of this process: whoever finds the object later asks there whether we live */
  readonly controlSocketPath: string;
  /** multiples of 4096, see slotSizes() */
  readonly streamSlotBytes: number;
  readonly stillSlotBytes: number;
  /** group that may read; undefined leaves what the folder gives */
  readonly groupId?: number | undefined;
}

export interface FrameToPublish {
  /** SOI..EOI; only read during the call */
  readonly jpeg: Uint8Array;
  /** pixels */
  readonly width: number;
  readonly height: number;
  /** CLOCK_MONOTONIC */
  readonly monotonicNs: bigint;
  /** wall clock, ms since 1970 */
  readonly capturedAtMs: number;
}

export interface Published {
  readonly sequence: bigint;
  readonly slot: number;
  readonly byteLength: number;
}

export interface FramePublisher extends Disposable {
  /** of the whole object */
  readonly byteLength: number;
  readonly generation: bigint;
  /**
   * One copy into the next slot; nothing is allocated that grows with the frame.
   * @returns undefined when the frame is larger than its slot; the caller counts that
   * @throws {SoftStreamError} ERR_NOT_A_JPEG when it does not go from SOI to EOI, ERR_PUBLISHER_CLOSED
   */
  publish(frame: FrameToPublish): Published | undefined;
  /** The same into the still slot, which no stream frame ever touches. */
  publishStill(frame: FrameToPublish): Published | undefined;
  /** Unmaps and unlinks. Idempotent. */
  close(): void;
}

/** One of the two rings: its slots and the private counter they are filled by. */
interface Ring {
  readonly slots: number;
  readonly firstSlot: number;
  readonly slotBytes: number;
  readonly claimedWord: number;
  readonly latestWord: number;
  sequence: bigint;
}

/**
 * Creates the object, allocates and zeroes all of it, and writes its header, magic last.
 * Run the janitor and checkSpace() before.
 * @throws {FatalError} 69 ERR_OBJECT_TAKEN, 78 ERR_SHM_TOO_SMALL, 78 ERR_SOCKET_PATH
 */
export function openPublisher(options: PublisherOptions): FramePublisher {
  const { objectName, streamSlotBytes, stillSlotBytes } = options;
  const socketPath = checkSocketPath(options.controlSocketPath);
  for (const bytes of [streamSlotBytes, stillSlotBytes]) checkSlotBytes(bytes);
  const byteLength = objectByteLength(streamSlotBytes, stillSlotBytes);
  const object = createSharedObject({ objectName, byteLength, groupId: options.groupId });
  if (object === undefined) {
    throw new FatalError(EXIT.unavailable, 'ERR_OBJECT_TAKEN', `${objectPath(objectName)} belongs to another process`);
  }

  const { buffer } = object;
  const words = new BigUint64Array(buffer.buffer, buffer.byteOffset, (HEADER_BYTES - LIBRARY_BYTES) / 8);
  const generation = randomGeneration();
  writeHeader();
  const stream: Ring = {
    slots: STREAM_SLOTS,
    firstSlot: 0,
    slotBytes: streamSlotBytes,
    claimedWord: wordAt(HEADER.claimed),
    latestWord: wordAt(HEADER.latestStream),
    sequence: 0n,
  };
  const still: Ring = {
    slots: STILL_SLOTS,
    firstSlot: STREAM_SLOTS,
    slotBytes: stillSlotBytes,
    claimedWord: wordAt(HEADER.claimedStill),
    latestWord: wordAt(HEADER.latestStill),
    sequence: 0n,
  };
  let isOpen = true;

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

  function publishInto(ring: Ring, frame: FrameToPublish): Published | undefined {
    const { jpeg } = frame;
    if (!isOpen) throw new SoftStreamError('ERR_PUBLISHER_CLOSED', `${objectName} is closed`);
    if (!isWholeJpeg(jpeg)) {
      throw new SoftStreamError('ERR_NOT_A_JPEG', `${jpeg.byteLength} bytes do not go from SOI to EOI`);
    }
    if (jpeg.byteLength > ring.slotBytes) return undefined;
    const sequence = ring.sequence + 1n;
    const slot = ring.firstSlot + Number(sequence % BigInt(ring.slots));
    // Counted before the first byte: should the copy below throw, the claim is spent and its slot is not offered.
    ring.sequence = sequence;

    Atomics.exchange(words, ring.claimedWord, sequence);
    Atomics.load(words, ring.claimedWord);

    buffer.set(jpeg, bufferOffset(slotOffset(slot, streamSlotBytes)));
    const head = bufferOffset(slotHeadOffset(slot));
    buffer.writeUInt32LE(jpeg.byteLength, head + SLOT_HEAD.byteLength);
    buffer.writeUInt32LE(frame.width, head + SLOT_HEAD.width);
    buffer.writeUInt32LE(frame.height, head + SLOT_HEAD.height);
    buffer.writeBigUInt64LE(frame.monotonicNs, head + SLOT_HEAD.monotonicNs);
    buffer.writeDoubleLE(frame.capturedAtMs, head + SLOT_HEAD.capturedAtMs);

    Atomics.store(words, wordAt(slotHeadOffset(slot) + SLOT_HEAD.sequence), sequence);
    Atomics.store(words, ring.latestWord, sequence);
    return { sequence, slot: slot - ring.firstSlot, byteLength: jpeg.byteLength };
  }

  function close(): void {
    // From here on the memory is unmapped: nothing may touch `buffer` or `words`.
    isOpen = false;
    object?.close();
  }

  return {
    byteLength,
    generation,
    publish: (frame) => publishInto(stream, frame),
    publishStill: (frame) => publishInto(still, frame),
    close,
    [Symbol.dispose]: close,
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

function checkSocketPath(path: string): Buffer {
  const bytes = Buffer.from(path);
  if (path.startsWith('/') && bytes.byteLength < SOCKET_PATH_BYTES && !bytes.includes(0)) return bytes;
  throw new FatalError(
    EXIT.config,
    'ERR_SOCKET_PATH',
    `${path} cannot be the path of a socket: it must be absolute and shorter than ${SOCKET_PATH_BYTES} bytes`,
  );
}

function checkSlotBytes(bytes: number): void {
  if (bytes > 0 && bytes <= MAX_SLOT_BYTES && bytes % PAGE_BYTES === 0) return;
  throw new SoftStreamError(
    'ERR_SLOT_BYTES',
    `a slot of ${bytes} bytes is not a multiple of ${PAGE_BYTES} up to ${MAX_SLOT_BYTES}`,
  );
}
