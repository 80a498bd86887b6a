// Connections that ask for nothing: slow headers, endless bodies, idle ones. Node.js looks for them with an interval
// that never ends; this one runs only while somebody is connected without being served.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '@soft-stream/shared/runtime/clock';

/** From the connection, or from the end of the last answer, until the next request is there whole. */
export const REQUEST_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 5_000;

/** Watches the server's connections from now on; ends with the server. */
export function guardConnections(server: Server, clock: Clock): void {
  const waitingSinceMs = new Map<Socket, number>();
  let cancelLook: (() => void) | undefined;

  const look = () => {
    cancelLook = undefined;
    const latestMs = clock.monotonicMs() - REQUEST_WITHIN_MS;
    for (const [socket, sinceMs] of waitingSinceMs) if (sinceMs <= latestMs) socket.destroy();
    lookLater();
  };
  const lookLater = () => {
    if (cancelLook !== undefined || waitingSinceMs.size === 0) return;
    cancelLook = clock.after(LOOK_EVERY_MS, look);
  };
  const wait = (socket: Socket) => {
    if (socket.destroyed) return;
    waitingSinceMs.set(socket, clock.monotonicMs());
    lookLater();
  };

  // A timer that is left would keep the process for up to 5 s after its orderly end.
  server.once('close', () => cancelLook?.());
  server.on('connection', (socket: Socket) => {
    wait(socket);
    socket.once('close', () => waitingSinceMs.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    waitingSinceMs.delete(socket);
    response.once('close', () => wait(socket));
  });
}
