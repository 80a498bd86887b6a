// Requests that wait behind others on their connection. Node.js makes a request and a response of each at once, 16 KiB
// measured, and keeps them until the ones before are answered and taken: a chunk of 64 KiB holds a thousand requests.
// So what waits is bounded for the whole server, and every connection has a small share that nobody can take from it.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that may always wait. No browser sends a second one before the first is answered. */
export const PIPELINED_ALWAYS = 4;
/** And on top of that, of all connections together: 4 MiB. */
export const PIPELINED_IN_ALL = 256;

/** From now on a request for which there is no room ends its connection; what is left of its chunk is not served. */
export function limitPipelining(server: Server): void {
  const waiting = new Map<Socket, number>();
  let inPool = 0;

  const shareOfPool = (socket: Socket) => Math.max(0, (waiting.get(socket) ?? 0) - PIPELINED_ALWAYS);
  const set = (socket: Socket, count: number) => {
    inPool -= shareOfPool(socket);
    waiting.set(socket, count);
    inPool += shareOfPool(socket);
  };

  server.on('connection', (socket: Socket) => {
    waiting.set(socket, 0);
    // Responses behind the first one never hear of the end.
    socket.once('close', () => {
      set(socket, 0);
      waiting.delete(socket);
    });
  });
  server.on('request', ({ socket }, response) => {
    const before = waiting.get(socket);
    if (before === undefined || socket.destroyed) return;
    set(socket, before + 1);
    if (inPool > PIPELINED_IN_ALL) socket.destroy();
    response.once('close', () => {
      const now = waiting.get(socket);
      if (now !== undefined) set(socket, now - 1);
    });
  });
}
