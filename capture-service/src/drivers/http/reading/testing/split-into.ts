// A whole body pushed through the splitter in chunks of one size. Each chunk is overwritten once it was pushed: whoever
// kept a view of it would hand out rubbish.

import { readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import type { PartHeaders } from '../part-headers.ts';
import { createUpstreamSplitter } from '../upstream-splitter.ts';

export interface SplitOptions {
  /** the boundary in the response's head */
  readonly named: string | undefined;
  readonly chunkBytes: number | readonly number[];
  readonly maxFrameBytes?: number;
}

export function splitInto(stream: Uint8Array, { named, chunkBytes, maxFrameBytes = 1_000_000 }: SplitOptions) {
  const jpegs: Buffer[] = [];
  const headers: PartHeaders[] = [];
  const damage: string[] = [];
  const splitter = createUpstreamSplitter({
    boundary: named,
    maxFrameBytes,
    now: () => 0,
    onFrame(jpeg, size, given) {
      const read = readJpegSize(jpeg);
      if (read?.width !== size.width || read.height !== size.height) throw new Error('the size is not the frame’s own');
      jpegs.push(Buffer.from(jpeg));
      headers.push(given);
    },
    onDamage: (what) => damage.push(what),
  });
  const sizes = typeof chunkBytes === 'number' ? [chunkBytes] : chunkBytes;
  for (let at = 0, turn = 0; at < stream.byteLength; turn++) {
    const chunk = Uint8Array.from(stream.subarray(at, at + (sizes[turn % sizes.length] ?? 1)));
    at += chunk.byteLength;
    splitter.push(chunk);
    chunk.fill(0xd8);
  }
  return { jpegs, headers, damage, isInsidePicture: splitter.isInsidePicture };
}
