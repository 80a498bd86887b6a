// Connections that ask for nothing: slow headers, endless bodies, idle ones. They are cut after a while, and at once,
// the oldest first, when somebody new needs their place: thousands of them keep nobody out.
// Node.js looks for slow ones with an interval that never ends; this one runs only while somebody is connected without
// being served. Its maxConnections would turn away whoever comes last, which is the visitor and not the flood.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '@soft-stream/shared/runtime/clock';

/** From the connection, or from the end of the last answer, until the next request is there whole. */
export const REQUEST_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 5_000;
/** To who comes when everybody is being served: whole, for nothing more is read or written. */
const FULL =
  'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n' +
  'Content-Length: 21\r\n\r\ntoo many connections\n';

/** Watches the server's connections from now on; ends with the server. */
export function guardConnections(server: Server, clock: Clock, maxConnections = Number.POSITIVE_INFINITY): void {
  const open = new Set<Socket>();
  /** Both in the order of their beginning. */
  const waitingSinceMs = new Map<Socket, number>();
  /** answered, as far as we are concerned, and not taken yet */
  const untaken = new Set<Socket>();
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
    untaken.delete(socket);
    if (socket.destroyed) return;
    waitingSinceMs.set(socket, clock.monotonicMs());
    lookLater();
  };
  const forget = (socket: Socket) => {
    open.delete(socket);
    waitingSinceMs.delete(socket);
    untaken.delete(socket);
  };
  const makeRoom = (newcomer: Socket) => {
    if (open.size <= maxConnections) return;
    const [longestWaiting = newcomer] = waitingSinceMs.keys();
    const [leaves = newcomer] = longestWaiting === newcomer ? untaken : [longestWaiting];
    forget(leaves);
    if (leaves === newcomer) newcomer.write(FULL);
    // What was written to a new connection is with the kernel already.
    leaves.destroy();
  };

  // A timer that is left would keep the process for up to 5 s after its orderly end. A server may close more than once:
  // its socket is made anew when its name was deleted.
  server.on('close', () => cancelLook?.());
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    wait(socket);
    socket.once('close', () => forget(socket));
    makeRoom(socket);
  });
  server.on('request', ({ socket }, response) => {
    waitingSinceMs.delete(socket);
    response.once('prefinish', () => {
      if (open.has(socket)) untaken.add(socket);
    });
    response.once('close', () => {
      if (open.has(socket)) wait(socket);
    });
  });
}
