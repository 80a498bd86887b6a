// Stands for v4l2-ctl in the measurement: stamped frames with their headers at an even rate, as cheap as can be.

import { writeSync } from 'node:fs';
import { frameTemplate, stamp } from '../bench/stamped-frame.ts';

const HEADER_BYTES = 8;
const fps = Number(process.argv.find((word) => word.startsWith('--set-parm='))?.slice('--set-parm='.length) ?? 30);
const jpeg = frameTemplate(process.env['BENCH_RECORDING'] ?? '', Number(process.env['BENCH_FRAME_BYTES']));
const bytes = Buffer.concat([Buffer.from('rdhV\0\0\0\0', 'latin1'), jpeg]);
bytes.writeUInt32BE(jpeg.length, 4);
const frame = bytes.subarray(HEADER_BYTES);
const startMs = performance.now();
let number = 0;

function next(): void {
  stamp(frame, number++);
  // As v4l2-ctl does it, unbuffered: header, then payload.
  writeWhole(bytes.subarray(0, HEADER_BYTES));
  writeWhole(frame);
  setTimeout(next, Math.max(0, startMs + (number * 1_000) / fps - performance.now()));
}
next();

function writeWhole(part: Buffer): void {
  for (let done = 0; done < part.length; ) {
    try {
      done += writeSync(1, part, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit(0);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
