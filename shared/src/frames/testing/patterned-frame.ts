// Frames that show whether they are torn: every byte of the payload follows from the sequence.
//   FF D8 | sequence, 8 bytes | one value over and over | sequence, 8 bytes | FF D9

import type { FrameHead } from '../header.ts';

const FIRST_BYTES = 10;
const LAST_BYTES = 10;
const SHORTEST_BYTES = 1000;
/** Prime, so that lengths follow each other without a pattern. */
const LENGTH_STEP = 7919;

/** Bytes of the frame with this sequence: 1000 to `longestBytes`. */
export function patternedLength(sequence: bigint, longestBytes: number): number {
  return SHORTEST_BYTES + ((Number(sequence) * LENGTH_STEP) % (longestBytes - SHORTEST_BYTES));
}

/** Fills the beginning of `into`; returns the frame. */
export function fillPattern(into: Buffer, sequence: bigint, byteLength: number): Buffer {
  const frame = into.subarray(0, byteLength);
  frame.fill(patternValue(sequence), FIRST_BYTES, byteLength - LAST_BYTES);
  frame.writeUInt16BE(0xffd8, 0);
  frame.writeBigUInt64LE(sequence, 2);
  frame.writeBigUInt64LE(sequence, byteLength - LAST_BYTES);
  frame.writeUInt16BE(0xffd9, byteLength - 2);
  return frame;
}

/** What is wrong with a frame that was read; undefined when all of it is of one writing. */
export function findTear(frame: Buffer, head: FrameHead, longestBytes: number): string | undefined {
  if (frame.byteLength !== patternedLength(head.sequence, longestBytes)) return `${frame.byteLength} bytes`;
  if (head.monotonicNs !== head.sequence * 3n || head.width !== (Number(head.sequence) & 0xffff)) return 'head';
  if (frame.readBigUInt64LE(2) !== head.sequence) return 'beginning';
  if (frame.readBigUInt64LE(frame.byteLength - LAST_BYTES) !== head.sequence) return 'end';
  const middle = frame.subarray(FIRST_BYTES, frame.byteLength - LAST_BYTES);
  // All bytes are the same when the first is right and each equals the one before it.
  const isEven = middle[0] === patternValue(head.sequence) && middle.subarray(1).equals(middle.subarray(0, -1));
  return isEven ? undefined : 'middle';
}

function patternValue(sequence: bigint): number {
  return Number(sequence % 251n);
}
