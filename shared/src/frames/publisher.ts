// The writing end of the ring. One publisher per name, and it never waits for a reader: it cannot even see one.
//
// Nothing here depends on what is in shared memory: every counter lives in private memory and is only copied out (how a
// frame is stored, so that no reader takes a torn one: ring-object.ts). So an object whose name was deleted can be
// replaced at any time: the counters go on, the generation is another one.

import { isWholeJpeg } from '../mjpeg/jpeg.ts';
import { EXIT, errorCode, FatalError, SoftStreamError } from '../runtime/errors.ts';
import { MAX_SLOT_BYTES, objectByteLength, PAGE_BYTES, SOCKET_PATH_BYTES, STREAM_SLOTS } from './layout.ts';
import { objectPath } from './names.ts';
import { createRingObject, type FrameToStore, type RingObject, type RingObjectOptions } from './ring-object.ts';
import type { AbandonedObject } from './shm.ts';

export interface PublisherOptions extends Omit<RingObjectOptions, 'socketPath'> {
  /** operator/control.sock of this process: whoever finds the object later asks there whether we live */
  readonly controlSocketPath: string;
}

export type FrameToPublish = FrameToStore;

export interface Published {
  readonly sequence: bigint;
  readonly slot: number;
  readonly byteLength: number;
}

export interface FramePublisher extends Disposable {
  /** of the whole object */
  readonly byteLength: number;
  readonly generation: bigint;
  /** of the object's file in /dev/shm: whether the name is still ours; undefined while there is no object */
  readonly inode: bigint | undefined;
  /**
   * One copy into the next slot; nothing is allocated that grows with the frame.
   * @returns undefined when the frame is larger than its slot; the caller counts that
   * @throws {SoftStreamError} ERR_NOT_A_JPEG when it does not go from SOI to EOI, ERR_PUBLISHER_CLOSED
   */
  publish(frame: FrameToPublish): Published | undefined;
  /** The same into the still slot, which no stream frame ever touches. */
  publishStill(frame: FrameToPublish): Published | undefined;
  /**
   * Makes the object anew under its name, which was lost: the newest frame and still are in it, and sequences go on.
   * After a failure frames are counted and go nowhere, until it is called again.
   * @throws {FatalError} 69 ERR_OBJECT_TAKEN, 78 ERR_SHM_TOO_SMALL
   */
  renew(): void;
  /** Unmaps and unlinks. Idempotent. */
  close(): void;
}

/** One of the two rings: its slots, the private counter they are filled by, and what was stored last. */
interface Ring {
  readonly slots: number;
  readonly firstSlot: number;
  readonly slotBytes: number;
  sequence: bigint;
  newest: StoredFrame | undefined;
}

interface StoredFrame extends Omit<FrameToStore, 'jpeg'> {
  readonly slot: number;
  readonly sequence: bigint;
  readonly byteLength: number;
}

/**
 * Run the janitor and checkSpace() before.
 * @throws {FatalError} 69 ERR_OBJECT_TAKEN, 78 ERR_SHM_TOO_SMALL, 78 ERR_SOCKET_PATH
 */
export function openPublisher(options: PublisherOptions): FramePublisher {
  const { objectName, streamSlotBytes, stillSlotBytes } = options;
  const socketPath = checkSocketPath(options.controlSocketPath);
  for (const bytes of [streamSlotBytes, stillSlotBytes]) checkSlotBytes(bytes);
  const stream: Ring = {
    slots: STREAM_SLOTS,
    firstSlot: 0,
    slotBytes: streamSlotBytes,
    sequence: 0n,
    newest: undefined,
  };
  const still: Ring = {
    slots: 1,
    firstSlot: STREAM_SLOTS,
    slotBytes: stillSlotBytes,
    sequence: 0n,
    newest: undefined,
  };
  let isOpen = true;
  let object: RingObject | undefined = create();
  let { generation } = object;

  function create(): RingObject {
    const created = createRingObject({ ...options, socketPath });
    if (created !== undefined) return created;
    throw new FatalError(EXIT.unavailable, 'ERR_OBJECT_TAKEN', `${objectPath(objectName)} belongs to another process`);
  }

  function publishInto(ring: Ring, frame: FrameToPublish): Published | undefined {
    const { jpeg } = frame;
    const { byteLength } = jpeg;
    if (!isOpen) throw new SoftStreamError('ERR_PUBLISHER_CLOSED', `${objectName} is closed`);
    if (!isWholeJpeg(jpeg)) {
      throw new SoftStreamError('ERR_NOT_A_JPEG', `${byteLength} bytes do not go from SOI to EOI`);
    }
    if (byteLength > ring.slotBytes) return undefined;
    const sequence = ring.sequence + 1n;
    const slot = ring.firstSlot + Number(sequence % BigInt(ring.slots));
    // Counted before the first byte: should the copy throw, the claim is spent and its slot is not offered.
    ring.sequence = sequence;
    ring.newest = undefined;
    if (object) {
      object.store(slot, sequence, frame);
      const { width, height, monotonicNs, capturedAtMs } = frame;
      ring.newest = { slot, sequence, byteLength, width, height, monotonicNs, capturedAtMs };
    }
    return { sequence, slot: slot - ring.firstSlot, byteLength };
  }

  function renew(): void {
    if (!isOpen) throw new SoftStreamError('ERR_PUBLISHER_CLOSED', `${objectName} is closed`);
    const lost = object;
    const kept = [stream, still].flatMap(({ newest }) =>
      lost && newest ? [{ ...newest, jpeg: lost.copy(newest.slot, newest.byteLength) }] : [],
    );
    // The library knows one mapping by each name: the old one goes first. Its readers read on until the new one is whole.
    object = undefined;
    const abandoned = lost?.abandon();
    try {
      object = createInsteadOf(abandoned);
      generation = object.generation;
      for (const frame of kept) object.store(frame.slot, frame.sequence, frame);
    } finally {
      abandoned?.free();
    }
  }

  /** There may be no space for two as long as the old one is read. */
  function createInsteadOf(abandoned: AbandonedObject | undefined): RingObject {
    try {
      return create();
    } catch (error) {
      if (errorCode(error) !== 'ERR_SHM_TOO_SMALL') throw error;
      abandoned?.free();
      return create();
    }
  }

  function close(): void {
    isOpen = false;
    object?.close();
    object = undefined;
  }

  return {
    byteLength: objectByteLength(streamSlotBytes, stillSlotBytes),
    get generation() {
      return generation;
    },
    get inode() {
      return object && BigInt(object.inode);
    },
    publish: (frame) => publishInto(stream, frame),
    publishStill: (frame) => publishInto(still, frame),
    renew,
    close,
    [Symbol.dispose]: close,
  };
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
