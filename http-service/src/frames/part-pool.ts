// The memory that parts live in. A socket that has not taken all of a part still refers to its bytes, so a buffer is used
// again only when no viewer holds it. The pool grows with the viewers that lag, by at most one part each, and shrinks after.

/** Bytes of one part: space for its head, the JPEG, space for what follows it. */
export interface PartBuffer {
  readonly bytes: Buffer;
  /** the sweep in which somebody held it; the pool's own */
  heldIn: number;
}

export interface PartPool {
  /** Everything is free from here on but what `hold` is called for before the next `take`. */
  sweep(): void;
  hold(buffer: PartBuffer): void;
  /** A free buffer of at least this size, valid until a later sweep in which nobody holds it. */
  take(byteLength: number): PartBuffer;
  /** bytes of all buffers */
  readonly byteLength: number;
}

/** Frames of one camera differ in size: some spare space saves new buffers. */
const SPARE = 1.25;
/** Free buffers kept for the next frames. */
const KEPT_FREE = 2;

export function createPartPool(): PartPool {
  let buffers: PartBuffer[] = [];
  let sweep = 0;

  const isFree = (buffer: PartBuffer) => buffer.heldIn !== sweep;
  const shrink = () => {
    let free = 0;
    buffers = buffers.filter((buffer) => !isFree(buffer) || ++free <= KEPT_FREE);
  };

  return {
    sweep() {
      sweep++;
    },
    hold(buffer) {
      buffer.heldIn = sweep;
    },
    take(byteLength) {
      if (buffers.length > KEPT_FREE) shrink();
      let buffer = buffers.find((each) => isFree(each) && each.bytes.byteLength >= byteLength);
      if (buffer === undefined) {
        // What is free is too small: the camera's frames have grown, and it would stay unused.
        buffers = buffers.filter((each) => !isFree(each));
        buffer = { bytes: Buffer.allocUnsafeSlow(Math.ceil(byteLength * SPARE)), heldIn: sweep };
        buffers.push(buffer);
      }
      buffer.heldIn = sweep;
      return buffer;
    },
    get byteLength() {
      return buffers.reduce((sum, buffer) => sum + buffer.bytes.byteLength, 0);
    },
  };
}
