// What all three programs share: texts, exits, the world they run in.

import { appendFileSync, writeSync } from 'node:fs';
import { startsFile, worldWatcher } from './world.ts';

const folder = process.env['RPICAM_STANDIN_WORLD'];
if (folder === undefined) throw new Error('RPICAM_STANDIN_WORLD names the folder of the imagined Pi; it is not set');

export const worldFolder: string = folder;
export const currentWorld = worldWatcher(folder);

const startedAt = process.hrtime.bigint();

/** A line of the apps themselves: no prefix, no time. */
export function say(line: string): void {
  writeAll(2, Buffer.from(`${line}\n`));
}

/** A line of libcamera: `[H:MM:SS.nnnnnnnnn] [tid] LEVEL Category file:line text`. */
export function libcameraSays(level: string, text: string): void {
  const ns = process.hrtime.bigint() - startedAt + 7_000_000_000n;
  const seconds = Number(ns / 1_000_000_000n);
  const pad = (value: number) => String(value).padStart(2, '0');
  const time = `0:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}.${String(ns % 1_000_000_000n).padStart(9, '0')}`;
  say(`[${time}] [${process.pid}] ${level.padStart(5)} ${text}`);
}

/** About once a second while the sensor is silent; the program restarts the camera and never exits. */
export function reportDeviceTimeout(): void {
  libcameraSays(
    'WARN',
    'V4L2 v4l2_videodevice.cpp:2150 /dev/video4[14:cap]: Dequeue timer of 1000000.00us has expired!',
  );
  libcameraSays('ERROR', 'RPI pipeline_base.cpp:1510 Camera frontend has timed out!');
  libcameraSays(
    'ERROR',
    'RPI pipeline_base.cpp:1511 Please check that your camera sensor connector is attached securely.',
  );
  libcameraSays('ERROR', 'RPI pipeline_base.cpp:1512 Alternatively, try another cable and/or sensor.');
  say('ERROR: Device timeout detected, attempting a restart!!!');
}

/** A thrown error of rpicam-apps: text on stderr, exit code 255. */
export function failWith(text: string): never {
  say(`ERROR: *** ${text} ***`);
  process.exit(255);
}

/**
 * Writes everything, blocking like stdio does: while the reader sleeps nothing else runs here, no signal handler either.
 * @throws EPIPE when the reader closed its end
 */
export function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** For the test alone: which programs were started to open a camera, and how. */
export function noteStart(program: string): void {
  const start = { program, pid: process.pid, args: process.argv.slice(2) };
  appendFileSync(startsFile(worldFolder), `${JSON.stringify(start)}\n`);
}

export function printVersion(): never {
  process.stdout.write(
    'rpicam-apps build: v1.12.0 20-11-2026 (12:00:00)\nrpicam-apps capabilites: egl:0 qt:0 drm:0 libav:0\nlibcamera build: v0.7.1\n',
  );
  process.exit(0);
}
