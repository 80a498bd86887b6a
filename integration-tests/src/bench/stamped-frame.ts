// A JPEG of a chosen size that carries when and as which number it was made, in a comment segment right after SOI.
// The filling stands in the scan data, so that whoever splits the stream has to look at it as at a camera's.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MAGIC = 'SSBENCH1';
/** SOI, COM marker and length, magic, monotonic ns (8), number (4) */
const STAMP_OFFSET = 2 + 4 + MAGIC.length;
/** Bytes of a frame that differ from the template: everything before is head, everything after is the same in all frames. */
export const STAMP_END = STAMP_OFFSET + 12;

/** @param byteLength size of the whole JPEG; at least that of the recording's first frame */
export function frameTemplate(recording: string, byteLength: number): Buffer {
  const name = readdirSync(recording).find((each) => each.endsWith('.jpg'));
  if (name === undefined) throw new Error(`no .jpg in ${recording}`);
  const jpeg = readFileSync(join(recording, name));
  const comment = Buffer.alloc(STAMP_END - 2);
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(comment.length - 2, 2);
  comment.write(MAGIC, 4, 'latin1');
  const scan = jpeg.subarray(2, jpeg.length - 2);
  const filling = byteLength - comment.length - jpeg.length;
  const body =
    filling >= 0 ? Buffer.concat([scan, Buffer.alloc(filling, 0x55)]) : scan.subarray(0, scan.length + filling);
  return Buffer.concat([jpeg.subarray(0, 2), comment, body, jpeg.subarray(jpeg.length - 2)]);
}

export function stamp(frame: Buffer, number: number): void {
  frame.writeBigUInt64BE(process.hrtime.bigint(), STAMP_OFFSET);
  frame.writeUInt32BE(number, STAMP_OFFSET + 8);
}

/** @param start at least STAMP_END bytes from SOI on */
export function readStamp(start: Buffer): { readonly atMs: number; readonly number: number } | undefined {
  if (start.toString('latin1', 6, STAMP_OFFSET) !== MAGIC) return undefined;
  return { atMs: Number(start.readBigUInt64BE(STAMP_OFFSET)) / 1e6, number: start.readUInt32BE(STAMP_OFFSET + 8) };
}
