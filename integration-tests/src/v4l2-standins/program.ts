// What both programs share: the world they run in, their camera, output that blocks as stdio does.

import { appendFileSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { runsFile, type UsbCamera, usbWorldWatcher } from './world.ts';

const folder = process.env['V4L2_STANDIN_WORLD'];
if (folder === undefined) throw new Error('V4L2_STANDIN_WORLD names the folder of the imagined USB bus; it is not set');

export const worldFolder: string = folder;
export const currentWorld = usbWorldWatcher(folder);

/** For the test alone. */
export function noteRun(program: string): void {
  const run = { program, pid: process.pid, args: process.argv.slice(2) };
  appendFileSync(runsFile(worldFolder), `${JSON.stringify(run)}\n`);
}

/** The camera behind a node as it is now; undefined = unplugged. */
export function cameraAt(node: string): UsbCamera | undefined {
  return currentWorld().cameras.find((camera) => camera.connected && camera.node === basename(node));
}

/** The same camera later: undefined when it was pulled out meanwhile, even if it is back. */
export function stillThere(opened: UsbCamera): UsbCamera | undefined {
  return currentWorld().cameras.find(
    (camera) => camera.connected && camera.key === opened.key && camera.plugs === opened.plugs,
  );
}

/** Held open to the end of the process, for those who look who has it. */
export function holdOpen(node: string): void {
  openSync(node, 'r');
}

/** One program streams from a camera: a listening abstract socket is the lock, which dies with its owner. */
export function tryToStream(camera: UsbCamera): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(false));
    server.listen(`\0v4l2-standin ${worldFolder} ${camera.key}`, () => resolve(true));
    server.unref();
  });
}

export function say(text: string): void {
  writeAll(2, Buffer.from(text));
}

/** Writes everything, blocking. @throws EPIPE when the reader closed its end */
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

/** SIGPIPE, which Node.js ignores: the program ends without a word. */
export function writeOrDie(bytes: Uint8Array): void {
  try {
    writeAll(1, bytes);
  } catch {
    process.exit(141);
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
