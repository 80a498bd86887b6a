// Notices the very same picture again and again: a live sensor has noise, so two frames are never equal to the byte.

import { crc32 } from 'node:zlib';

export interface FreezeDetector {
  /** @returns for how many ms the picture has been the same, to the byte; 0 = it has just changed */
  frame(jpeg: Uint8Array, nowMs: number): number;
}

/** Compared before anything else: tables and the first lines of the picture. */
const START_BYTES = 1_024;
/** And the last lines: what differs anywhere in the scan has shifted the bits of all that follows. */
const END_BYTES = 256;

/**
 * Lengths of real frames nearly always differ, and where they do not, start or end do. Only when both are the same is
 * the checksum of the whole computed, which costs as much as publishing the frame.
 */
export function createFreezeDetector(): FreezeDetector {
  const start = Buffer.alloc(START_BYTES);
  const end = Buffer.alloc(END_BYTES);
  let byteLength = -1;
  /** of the whole picture; computed from the second one on that has the same start and end */
  let checksum: number | undefined;
  let sameSinceMs = 0;

  const looksSame = (jpeg: Uint8Array) =>
    jpeg.byteLength === byteLength &&
    start.compare(jpeg, 0, Math.min(START_BYTES, byteLength), 0, Math.min(START_BYTES, byteLength)) === 0 &&
    end.compare(jpeg, Math.max(0, byteLength - END_BYTES), byteLength, 0, Math.min(END_BYTES, byteLength)) === 0;

  const remember = (jpeg: Uint8Array, nowMs: number) => {
    byteLength = jpeg.byteLength;
    start.set(jpeg.subarray(0, START_BYTES));
    end.set(jpeg.subarray(Math.max(0, byteLength - END_BYTES)));
    checksum = undefined;
    sameSinceMs = nowMs;
  };

  return {
    frame(jpeg, nowMs) {
      if (!looksSame(jpeg)) {
        remember(jpeg, nowMs);
        return 0;
      }
      const found = crc32(jpeg);
      if (checksum !== undefined && found !== checksum) sameSinceMs = nowMs;
      checksum = found;
      return nowMs - sameSinceMs;
    },
  };
}
