// The ring in shared memory, byte by byte: one object per camera, written by one publisher, read by any number of
// subscribers. Everything is little-endian. Data only: no code of the ring's behaviour lives here.
//
// "Object" counts from the start of the file in /dev/shm, as a subscriber reads it. "Buffer" counts in the Buffer that
// shm-typed-array gives to the publisher: the library keeps its own size word in object bytes 0 to 7, so Buffer = object - 8.
//
//   object  Buffer  size  header
//        0       -     8  the library's size word: bytes of the Buffer (object size - 8). Never trusted by us
//        8       0     8  magic "SSFRAMES"; stored last, so a half-made object is not readable
//       16       8     4  layout version (magic, version and the socket path keep their places in every version)
//       20      12     4  header size = 4096
//       24      16     8  generation: random, not 0, new at every start of the publisher
//       32      24     4  number of stream slots = 8
//       36      28     4  number of still slots = 1
//       40      32     8  bytes of a stream slot, a multiple of 4096
//       48      40     8  bytes of the still slot, a multiple of 4096
//       56      48     8  bytes of the object
//       64      56     8  claimed: sequence of the newest stream frame whose writing began (0 = none yet)
//       72      64     8  latestStream: sequence of the newest whole stream frame (0 = none yet)
//       80      72     8  claimedStill, as claimed, for the still slot
//       88      80     8  latestStill, as latestStream, for the still slot
//       96      88     4  length of the control socket's path
//      100      92   108  the path, UTF-8, zero padded (108 = the kernel's limit, sun_path)
//      208     200    48  zero
//      256     248  8x64  slot heads of the stream slots 0 to 7 (below)
//      768     760    64  slot head of the still slot
//      832     824  3264  zero
//     4096    4088        stream slot 0, then 1 to 7: a JPEG from its SOI on; what follows its EOI is left over
//     4096+8s 4088+8s     the still slot (s = bytes of a stream slot)
//
//   slot head (64 bytes; offsets from its start)
//        0  8  sequence of the frame in the slot; the frame with sequence n lives in stream slot n mod 8
//        8  4  bytes of the JPEG
//       12  4  width   } pixels
//       16  4  height  }
//       20  4  zero
//       24  8  time of capture, CLOCK_MONOTONIC ns
//       32  8  time of capture, wall clock ms since 1970, IEEE 754 double
//       40 24  zero
//
// Stream and still sequences are counted apart and begin at 1 in each generation.

/** Bytes of the library's size word: Buffer offset = object offset - this. */
export const LIBRARY_BYTES = 8;
export const MAGIC = Buffer.from('SSFRAMES', 'latin1').readBigUInt64LE(0);
export const LAYOUT_VERSION = 1;
export const PAGE_BYTES = 4096;
export const HEADER_BYTES = 4096;
/** K of the design: 8 frames are 266 ms at 30 fps, so a reader is lapped only when it stands still. */
export const STREAM_SLOTS = 8;
export const STILL_SLOTS = 1;
/** sun_path of <sys/un.h> on Linux, terminating zero included. */
export const SOCKET_PATH_BYTES = 108;
/** Far above any JPEG of any sensor; a header that says more is nonsense. */
export const MAX_SLOT_BYTES = 256 * 1024 * 1024;

/** Object offsets of the header's fields. */
export const HEADER = {
  magic: 8,
  version: 16,
  headerBytes: 20,
  generation: 24,
  streamSlots: 32,
  stillSlots: 36,
  streamSlotBytes: 40,
  stillSlotBytes: 48,
  objectBytes: 56,
  claimed: 64,
  latestStream: 72,
  claimedStill: 80,
  latestStill: 88,
  socketPathLength: 96,
  socketPath: 100,
  slotHeads: 256,
} as const;

/** Offsets within a slot head. */
export const SLOT_HEAD = {
  sequence: 0,
  byteLength: 8,
  width: 12,
  height: 16,
  monotonicNs: 24,
  capturedAtMs: 32,
} as const;
export const SLOT_HEAD_BYTES = 64;

/** The part of the header that is in use: one short read brings all of it. */
export const USED_HEADER_BYTES = HEADER.slotHeads + (STREAM_SLOTS + STILL_SLOTS) * SLOT_HEAD_BYTES;

/** `slotHeadOffset(STREAM_SLOTS)` is the still slot's. Object offset. */
export function slotHeadOffset(slot: number): number {
  return HEADER.slotHeads + slot * SLOT_HEAD_BYTES;
}

/** `slotOffset(STREAM_SLOTS, ...)` is the still slot's. Object offset, on a page. */
export function slotOffset(slot: number, streamSlotBytes: number): number {
  return HEADER_BYTES + slot * streamSlotBytes;
}

export function objectByteLength(streamSlotBytes: number, stillSlotBytes: number): number {
  return HEADER_BYTES + STREAM_SLOTS * streamSlotBytes + stillSlotBytes;
}

export function roundToPages(byteLength: number): number {
  return Math.ceil(byteLength / PAGE_BYTES) * PAGE_BYTES;
}
