// One frame as it goes out: the bytes of both forms of the stream side by side in one buffer, so that any number of
// viewers share them.
//
//   buffer:  [ free | part head | JPEG | CRLF --FRAME CRLF Content-Type CRLF CRLF ]
//   plain           '---------------------'                             head with Content-Length, frame, CRLF
//   advance                     '------------------------------------'  frame, then the next part's delimiter and head
//
// An advance stream opens with `openingHead`, and from then on every head was sent ahead of its frame: it can carry
// nothing that is not known before (see frames/painting-rule.ts).
//
// Another boundary than the usual one has heads of its own, made when a viewer needs them, around the same JPEG.

import type { FrameKind } from '@soft-stream/shared/mjpeg/multipart-writer';
import {
  advanceHead,
  BOUNDARY,
  type Boundary,
  MJPG_STREAMER_BOUNDARY,
  PART_END,
  type PartHead,
  partHead,
} from '@soft-stream/shared/mjpeg/multipart-writer';
import type { PartBuffer } from './part-pool.ts';

export interface Part {
  readonly kind: FrameKind;
  /** wall clock ms of the capture, or of the drawing for what we drew */
  readonly capturedAtMs: number;
  /** why it is not live */
  readonly reason?: string;
  readonly buffer: PartBuffer;
  /** SOI..EOI; valid as long as the buffer is held */
  readonly jpeg: Buffer;
  readonly plain: Buffer;
  readonly advance: Buffer;
}

/** Reserved for the head, before the JPEG. */
export const HEAD_RESERVE = 256;
/** Reserved for what follows the JPEG. */
export const TAIL_RESERVE = 256;

/** They begin with the end of a plain part. */
const TAILS = {
  [BOUNDARY]: Buffer.from(advanceHead(BOUNDARY), 'latin1'),
  [MJPG_STREAMER_BOUNDARY]: Buffer.from(advanceHead(MJPG_STREAMER_BOUNDARY), 'latin1'),
} as const satisfies Record<Boundary, Buffer>;

const PLAIN_END = Buffer.from(PART_END, 'latin1');

/** Completes a buffer in which the JPEG stands at HEAD_RESERVE already. */
export function assemblePart(buffer: PartBuffer, { byteLength, ...about }: PartHead): Part {
  const { bytes } = buffer;
  const end = HEAD_RESERVE + byteLength;
  const head = partHead({ ...about, byteLength });
  const start = HEAD_RESERVE - head.length;
  bytes.write(head, start, 'latin1');
  TAILS[BOUNDARY].copy(bytes, end);
  return {
    ...about,
    buffer,
    jpeg: bytes.subarray(HEAD_RESERVE, end),
    plain: bytes.subarray(start, end + PART_END.length),
    advance: bytes.subarray(HEAD_RESERVE, end + TAILS[BOUNDARY].byteLength),
  };
}

/** What one viewer is sent of a part, in order. */
export function piecesOf(part: Part, boundary: Boundary, advance: boolean): readonly Buffer[] {
  if (boundary === BOUNDARY) return [advance ? part.advance : part.plain];
  const { jpeg, ...about } = part;
  if (advance) return [jpeg, TAILS[boundary]];
  const head = partHead({ ...about, byteLength: jpeg.byteLength }, boundary);
  return [Buffer.from(head, 'latin1'), jpeg, PLAIN_END];
}

/** A part in a buffer of its own, for pictures that we draw. */
export function partOf(jpeg: Uint8Array, kind: FrameKind, capturedAtMs: number, reason?: string): Part {
  const { byteLength } = jpeg;
  const bytes = Buffer.allocUnsafeSlow(HEAD_RESERVE + byteLength + TAIL_RESERVE);
  bytes.set(jpeg, HEAD_RESERVE);
  return assemblePart(
    { bytes, heldIn: -1 },
    { kind, capturedAtMs, byteLength, ...(reason === undefined ? {} : { reason }) },
  );
}
