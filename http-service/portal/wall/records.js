// Cuts the answer of the wall into records: chunks in, records out. The form is that of src/wall/wall-record.ts.

/** No record is longer: a picture of a wall has some kilobytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/** @param {(record: object, picture: Uint8Array | undefined) => void} onRecord its picture is a copy of its own */
export function createRecordReader(onRecord) {
  /** Kept as they came: joining each to the last would copy everything again and again. */
  const chunks = [];
  let length = 0;

  return {
    /** @throws {RangeError} for a length that cannot be */
    push(chunk) {
      chunks.push(chunk);
      length += chunk.byteLength;
      for (let size = recordSize(); size !== undefined && length >= size; size = recordSize()) take(size);
    },
  };

  function recordSize() {
    if (length < 8) return undefined;
    const size = 4 + firstNumber();
    if (size < 8 || size > MAX_BYTES) throw new RangeError(`record of ${size} bytes`);
    return size;
  }

  function take(size) {
    const bytes = join(size);
    const jsonLength = view(bytes).getUint32(4);
    if (8 + jsonLength > size) throw new RangeError(`record of ${size} bytes with ${jsonLength} bytes of JSON`);
    const record = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + jsonLength)));
    onRecord(record, 8 + jsonLength < size ? bytes.subarray(8 + jsonLength) : undefined);
  }

  /** The length may lie across two chunks. */
  function firstNumber() {
    if (chunks[0].byteLength < 4) {
      chunks.unshift(join(4));
      length += 4;
    }
    return view(chunks[0]).getUint32(0);
  }

  /** The first `size` bytes, taken out. */
  function join(size) {
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const part = chunks[0].subarray(0, size - filled);
      bytes.set(part, filled);
      filled += part.byteLength;
      if (part.byteLength === chunks[0].byteLength) chunks.shift();
      else chunks[0] = chunks[0].subarray(part.byteLength);
    }
    length -= size;
    return bytes;
  }
}

function view(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
