// How fast a stream is cut into frames: node shared/dist/mjpeg/jpeg-splitter.bench.js

import { bench, printMachine } from '../testing/bench.ts';
import { createJpegSplitter } from './jpeg-splitter.ts';
import { sampleJpeg } from './testing/sample-jpeg.ts';

printMachine();
const stream = Buffer.concat(
  Array.from({ length: 20 }, (_, seed) => sampleJpeg({ dataBytes: 60_000 + seed * 1000, seed })),
);
let frames = 0;
const splitter = createJpegSplitter({
  maxFrameBytes: 1024 * 1024,
  now: () => 0n,
  onFrame: () => {
    frames += 1;
  },
  onGarbage: () => {
    throw new Error('garbage');
  },
});
for (const chunkBytes of [4096, 65_536, stream.byteLength]) {
  const chunks: Buffer[] = [];
  for (let at = 0; at < stream.byteLength; at += chunkBytes) chunks.push(stream.subarray(at, at + chunkBytes));
  bench(`20 frames of 60 to 80 KB in chunks of ${chunkBytes}`, 100, stream.byteLength, () => {
    for (const chunk of chunks) splitter.push(chunk);
  });
}
process.stdout.write(`${frames} frames\n`);
