// Notices the very same picture again and again: a live sensor has noise, so two frames are never equal to the byte.

import { crc32 } from 'node:zlib';

export interface FreezeDetector {
  /** @returns for how many ms the picture has been the same, to the byte; 0 = it has just changed */
  frame(jpeg: Uint8Array, nowMs: number): number;
}

/** Lengths of real frames nearly always differ, so the checksum is computed only when two in a row are equally long. */
export function createFreezeDetector(): FreezeDetector {
  let byteLength = -1;
  let checksum: number | undefined;
  let sameSinceMs = 0;

  return {
    frame(jpeg, nowMs) {
      if (jpeg.byteLength !== byteLength) {
        byteLength = jpeg.byteLength;
        checksum = undefined;
        return 0;
      }
      const found = crc32(jpeg);
      if (found !== checksum) {
        checksum = found;
        sameSinceMs = nowMs;
      }
      return nowMs - sameSinceMs;
    },
  };
}
