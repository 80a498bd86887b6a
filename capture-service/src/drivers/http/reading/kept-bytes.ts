// Bytes that wait for more of them: one buffer that grows to what is needed, is used again and never gives back a view
// that outlives the next append.

export interface KeptBytes {
  /** All that is there; a view that is valid until the next `append`. */
  readonly bytes: Buffer;
  append(chunk: Uint8Array): void;
  /** Forgets the first of them. */
  drop(byteLength: number): void;
}

const FIRST_BUFFER_BYTES = 64 * 1024;

export function createKeptBytes(): KeptBytes {
  let buffer = Buffer.alloc(0);
  let start = 0;
  let end = 0;

  return {
    get bytes() {
      return buffer.subarray(start, end);
    },
    append(chunk) {
      const needed = end - start + chunk.byteLength;
      if (end + chunk.byteLength > buffer.byteLength) {
        const target =
          needed > buffer.byteLength
            ? Buffer.allocUnsafeSlow(Math.max(needed, FIRST_BUFFER_BYTES, buffer.byteLength * 2))
            : buffer;
        target.set(buffer.subarray(start, end));
        buffer = target;
        end -= start;
        start = 0;
      }
      buffer.set(chunk, end);
      end += chunk.byteLength;
    },
    drop(byteLength) {
      start += byteLength;
      if (start === end) start = end = 0;
    },
  };
}
