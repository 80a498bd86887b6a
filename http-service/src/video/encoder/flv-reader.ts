// H.264 out of ffmpeg's FLV (Adobe's Video File Format Specification, annex E): every access unit has its length and
// its time before it, so it is known to be whole with its last byte and not with the next one's first.

export interface AccessUnit {
  /** ms, as written into the encoder, modulo 2^32 */
  readonly timeMs: number;
  readonly isKey: boolean;
  /** NAL units, each behind its length of four bytes; before those of a key frame SPS and PPS. A copy. */
  readonly bytes: Buffer;
}

export interface FlvReader {
  /** Hands on every access unit that `chunk` completes. @throws {RangeError} when it is no FLV */
  push(chunk: Buffer): void;
}

const FILE_HEAD_BYTES = 13;
const TAG_HEAD_BYTES = 11;
/** PreviousTagSize, behind every tag. */
const TAG_TAIL_BYTES = 4;
const VIDEO_TAG = 9;
/** Frame type and codec, packet type, composition time. */
const VIDEO_HEAD_BYTES = 5;
const AVC = 7;
const PACKET = { parameterSets: 0, accessUnit: 1 } as const;

export function createFlvReader(onUnit: (unit: AccessUnit) => void): FlvReader {
  let pieces: Buffer[] = [];
  let heldBytes = 0;
  /** of what has to be there before the next look */
  let neededBytes = FILE_HEAD_BYTES;
  let isHeadRead = false;
  let parameterSets: Buffer = Buffer.alloc(0);

  const readVideo = (timeMs: number, body: Buffer) => {
    const type = body[0] ?? 0;
    if (body.byteLength <= VIDEO_HEAD_BYTES || (type & 0x0f) !== AVC) return;
    const payload = body.subarray(VIDEO_HEAD_BYTES);
    const isKey = type >> 4 === 1;
    if (body[1] === PACKET.parameterSets) parameterSets = readParameterSets(payload);
    if (body[1] !== PACKET.accessUnit) return;
    onUnit({ timeMs, isKey, bytes: isKey ? Buffer.concat([parameterSets, payload]) : Buffer.from(payload) });
  };

  /** @returns the bytes it took; 0: more are needed */
  const readOne = (bytes: Buffer): number => {
    if (!isHeadRead) {
      if (bytes.byteLength < FILE_HEAD_BYTES) return 0;
      if (bytes.toString('latin1', 0, 3) !== 'FLV') throw new RangeError('not FLV');
      isHeadRead = true;
      return FILE_HEAD_BYTES;
    }
    if (bytes.byteLength < TAG_HEAD_BYTES) {
      neededBytes = TAG_HEAD_BYTES;
      return 0;
    }
    const bodyBytes = bytes.readUIntBE(1, 3);
    const tagBytes = TAG_HEAD_BYTES + bodyBytes + TAG_TAIL_BYTES;
    if (bytes.byteLength < tagBytes) {
      neededBytes = tagBytes;
      return 0;
    }
    // The upper byte of the time stands last.
    const timeMs = bytes.readUIntBE(4, 3) + (bytes[7] ?? 0) * 2 ** 24;
    if (bytes[0] === VIDEO_TAG) readVideo(timeMs, bytes.subarray(TAG_HEAD_BYTES, TAG_HEAD_BYTES + bodyBytes));
    return tagBytes;
  };

  return {
    push(chunk) {
      pieces.push(chunk);
      heldBytes += chunk.byteLength;
      if (heldBytes < neededBytes) return;
      let bytes = pieces.length === 1 ? chunk : Buffer.concat(pieces);
      neededBytes = 0;
      for (let taken = readOne(bytes); taken > 0; taken = readOne(bytes)) bytes = bytes.subarray(taken);
      pieces = bytes.byteLength === 0 ? [] : [bytes];
      heldBytes = bytes.byteLength;
    },
  };
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) -> its parameter sets with lengths of four bytes. */
function readParameterSets(record: Buffer): Buffer {
  const sets: Buffer[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (record[at] ?? 0) & mask;
    at += 1;
    for (let index = 0; index < count && at + 2 <= record.byteLength; index++) {
      const byteLength = record.readUInt16BE(at);
      const head = Buffer.alloc(4);
      head.writeUInt32BE(byteLength);
      sets.push(head, record.subarray(at + 2, at + 2 + byteLength));
      at += 2 + byteLength;
    }
  }
  return Buffer.concat(sets);
}
