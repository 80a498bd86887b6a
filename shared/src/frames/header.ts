// Reads the ring's header as a stranger's bytes: what passes here may be used as an offset or a length, nothing else may.

import {
  HEADER,
  HEADER_BYTES,
  LAYOUT_VERSION,
  MAGIC,
  MAX_SLOT_BYTES,
  objectByteLength,
  PAGE_BYTES,
  SLOT_HEAD,
  SOCKET_PATH_BYTES,
  STILL_SLOTS,
  STREAM_SLOTS,
  slotHeadOffset,
  USED_HEADER_BYTES,
} from './layout.ts';

/** What stays as it is for the life of an object. */
export interface RingHeader {
  readonly generation: bigint;
  readonly streamSlotBytes: number;
  readonly stillSlotBytes: number;
}

export interface FrameHead {
  readonly sequence: bigint;
  /** of the JPEG */
  readonly byteLength: number;
  /** pixels */
  readonly width: number;
  readonly height: number;
  /** CLOCK_MONOTONIC */
  readonly monotonicNs: bigint;
  /** wall clock, ms since 1970 */
  readonly capturedAtMs: number;
}

export type HeaderProblem =
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'nonsense' };

/**
 * @param bytes object bytes 0 to USED_HEADER_BYTES
 * @param objectBytes size of the object as fstat gives it
 */
export function parseHeader(bytes: Buffer, objectBytes: number): RingHeader | HeaderProblem {
  if (bytes.byteLength < USED_HEADER_BYTES || objectBytes < HEADER_BYTES) return { kind: 'unfinished' };
  if (bytes.readBigUInt64LE(HEADER.magic) !== MAGIC) return { kind: 'unfinished' };
  const version = bytes.readUInt32LE(HEADER.version);
  if (version !== LAYOUT_VERSION) return { kind: 'version', version };
  const generation = bytes.readBigUInt64LE(HEADER.generation);
  const streamSlotBytes = slotBytesAt(bytes, HEADER.streamSlotBytes);
  const stillSlotBytes = slotBytesAt(bytes, HEADER.stillSlotBytes);
  const total = objectByteLength(streamSlotBytes, stillSlotBytes);
  const isSound =
    generation !== 0n &&
    bytes.readUInt32LE(HEADER.headerBytes) === HEADER_BYTES &&
    bytes.readUInt32LE(HEADER.streamSlots) === STREAM_SLOTS &&
    bytes.readUInt32LE(HEADER.stillSlots) === STILL_SLOTS &&
    bytes.readBigUInt64LE(HEADER.objectBytes) === BigInt(total) &&
    streamSlotBytes > 0 &&
    stillSlotBytes > 0 &&
    objectBytes >= total;
  return isSound ? { generation, streamSlotBytes, stillSlotBytes } : { kind: 'nonsense' };
}

export function isHeaderProblem(header: RingHeader | HeaderProblem): header is HeaderProblem {
  return 'kind' in header;
}

/** @returns undefined when the slot does not hold the frame `sequence`, or no frame that fits it */
export function parseFrameHead(
  header: Buffer,
  slot: number,
  sequence: bigint,
  slotBytes: number,
): FrameHead | undefined {
  const at = slotHeadOffset(slot);
  const byteLength = header.readUInt32LE(at + SLOT_HEAD.byteLength);
  const capturedAtMs = header.readDoubleLE(at + SLOT_HEAD.capturedAtMs);
  if (header.readBigUInt64LE(at + SLOT_HEAD.sequence) !== sequence) return undefined;
  if (byteLength < 4 || byteLength > slotBytes || !Number.isFinite(capturedAtMs)) return undefined;
  return {
    sequence,
    byteLength,
    width: header.readUInt32LE(at + SLOT_HEAD.width),
    height: header.readUInt32LE(at + SLOT_HEAD.height),
    monotonicNs: header.readBigUInt64LE(at + SLOT_HEAD.monotonicNs),
    capturedAtMs,
  };
}

/** Path of the owner's control socket, from a header of any version; undefined when there is none to be had. */
export function parseSocketPath(bytes: Buffer): string | undefined {
  if (bytes.byteLength < HEADER.socketPath + SOCKET_PATH_BYTES) return undefined;
  const length = bytes.readUInt32LE(HEADER.socketPathLength);
  if (length < 2 || length >= SOCKET_PATH_BYTES) return undefined;
  const path = bytes.toString('utf8', HEADER.socketPath, HEADER.socketPath + length);
  return path.startsWith('/') && !path.includes('\0') ? path : undefined;
}

/** 0 stands for a size that no ring has. */
function slotBytesAt(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  return value <= BigInt(MAX_SLOT_BYTES) && value % BigInt(PAGE_BYTES) === 0n ? Number(value) : 0;
}
