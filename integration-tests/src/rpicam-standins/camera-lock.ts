// Who has a camera. A listening abstract socket is the lock: the kernel drops it when its owner dies, however it dies.

import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { worldFolder } from './program.ts';

/** The lock, or undefined while another process has the camera. */
export function tryAcquire(cameraId: string): Promise<Server | undefined> {
  const name = createHash('sha256').update(`${worldFolder} ${cameraId}`).digest('hex').slice(0, 24);
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(`\0rpicam-standin-${name}`, () => resolve(server));
    server.unref();
  });
}

export function release(lock: Server): Promise<void> {
  return new Promise((resolve) => lock.close(() => resolve()));
}
