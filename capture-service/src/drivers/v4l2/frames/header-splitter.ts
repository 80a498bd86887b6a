// Cuts what `v4l2-ctl --stream-to-hdr=-` writes into buffers: four bytes `rdhV`, length (uint32, big-endian), payload.
// Before the first header older versions print text ("Frame rate set to 30.000 fps"). Nothing is copied that came whole.

export interface HeaderSplitterOptions<T> {
  /** a longer payload is no header's: `rdhV` stood there by chance */
  readonly maxPayloadBytes: number;
  /** time of arrival; asked once for each chunk */
  now(): T;
  /** One buffer of the driver. A view that is valid during the call. @param firstByteAt `now()` of its header's chunk */
  onPayload(payload: Uint8Array, firstByteAt: T): void;
  /** What stands before the first header, or bytes between payloads that belong to none. */
  onOther(bytes: Uint8Array): void;
}

export interface HeaderSplitter {
  push(chunk: Uint8Array): void;
}

const MAGIC = Buffer.from('rdhV', 'latin1');
const HEADER_BYTES = 8;
const FIRST_BUFFER_BYTES = 256 * 1024;

export function createHeaderSplitter<T>(options: HeaderSplitterOptions<T>): HeaderSplitter {
  const { maxPayloadBytes, now, onPayload, onOther } = options;
  /** an unfinished buffer with its header, or the beginning of a header */
  let kept = Buffer.alloc(0);
  let keptLength = 0;
  let keptSince: T | undefined;

  /** @returns how many bytes are done with */
  const scan = (bytes: Buffer, since: T): number => {
    let at = 0;
    for (;;) {
      const start = findMagic(bytes, at);
      if (start > at) onOther(bytes.subarray(at, start));
      at = start;
      if (bytes.byteLength - at < HEADER_BYTES) return at;
      const length = bytes.readUInt32BE(at + MAGIC.byteLength);
      if (length > maxPayloadBytes) {
        onOther(bytes.subarray(at, at + MAGIC.byteLength));
        at += MAGIC.byteLength;
        continue;
      }
      const end = at + HEADER_BYTES + length;
      if (end > bytes.byteLength) return at;
      onPayload(bytes.subarray(at + HEADER_BYTES, end), since);
      at = end;
      if (at === bytes.byteLength) return at;
    }
  };

  const keep = (bytes: Buffer) => {
    if (keptLength + bytes.byteLength > kept.byteLength) {
      const needed = Math.max(keptLength + bytes.byteLength, FIRST_BUFFER_BYTES, kept.byteLength * 2);
      const grown = Buffer.allocUnsafeSlow(Math.min(needed, Math.max(maxPayloadBytes, keptLength) + bytes.byteLength));
      grown.set(kept.subarray(0, keptLength));
      kept = grown;
    }
    kept.set(bytes, keptLength);
    keptLength += bytes.byteLength;
  };

  /** How many bytes the unfinished buffer still lacks, as far as that is known. */
  const missing = (): number => {
    if (keptLength < HEADER_BYTES) return HEADER_BYTES - keptLength;
    return HEADER_BYTES + kept.readUInt32BE(MAGIC.byteLength) - keptLength;
  };

  return {
    push(chunk) {
      const arrivedAt = now();
      let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      while (keptLength > 0 && rest.byteLength > 0) {
        const added = Math.min(Math.max(1, missing()), rest.byteLength);
        keep(rest.subarray(0, added));
        rest = rest.subarray(added);
        const done = scan(kept.subarray(0, keptLength), keptSince ?? arrivedAt);
        kept.copyWithin(0, done, keptLength);
        keptLength -= done;
      }
      if (rest.byteLength === 0) return;
      const left = rest.subarray(scan(rest, arrivedAt));
      keptSince = arrivedAt;
      if (left.byteLength > 0) keep(left);
    },
  };
}

/** Offset of the next `rdhV`, or of what may become one at the very end, or the end. */
function findMagic(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(MAGIC, from);
  if (at >= 0) return at;
  for (let length = MAGIC.byteLength - 1; length > 0; length--) {
    const start = bytes.byteLength - length;
    if (start >= from && bytes.subarray(start).equals(MAGIC.subarray(0, length))) return start;
  }
  return bytes.byteLength;
}
