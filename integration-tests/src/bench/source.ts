// Stands for the rpicam programs in the benchmark: stamped frames at an even rate, or one still, and as cheap as can be.

import { readFileSync, writeSync } from 'node:fs';
import { frameTemplate, stamp } from './stamped-frame.ts';

const args = process.argv.slice(2);
const option = (name: string) => args[args.indexOf(name) + 1];

if (args.includes('--list-cameras')) {
  const line = (index: number, bus: string) =>
    `${index} : bench [1280x720 10-bit RGGB] (/base/i2c@${bus}/bench@10)\n    Modes: \n\n`;
  process.stdout.write(`Available cameras\n-----------------\n${line(0, '88000')}${line(1, '80000')}`);
} else if (args.includes('--version')) {
  process.stdout.write('rpicam-apps build: bench\nlibcamera build: bench\n');
} else if (!args.includes('--codec')) {
  writeWhole(readFileSync(process.env['BENCH_STILL'] ?? ''));
} else {
  const frame = frameTemplate(process.env['BENCH_RECORDING'] ?? '', Number(process.env['BENCH_FRAME_BYTES']));
  const periodMs = 1000 / Number(option('--framerate') ?? 30);
  const startMs = performance.now();
  let number = 0;
  process.on('SIGINT', () => process.exit(0));
  const next = () => {
    stamp(frame, number++);
    writeWhole(frame);
    setTimeout(next, Math.max(0, startMs + number * periodMs - performance.now()));
  };
  next();
}

function writeWhole(bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit(0);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
