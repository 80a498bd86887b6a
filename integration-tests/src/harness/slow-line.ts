// A line with a rate of its own in front of a port: what comes down waits in the buffers before it, as it does on a real
// line, and all connections share the rate.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlowLine extends AsyncDisposable {
  readonly port: number;
  /** that have come down so far */
  readonly bytes: number;
}

/** What is let through at a time: a fiftieth of a second at 100 kB/s. */
const PIECE_BYTES = 2_048;

export async function startSlowLine(target: number, bytesPerSecond: number): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  let bytes = 0;
  /** CLOCK_MONOTONIC ms at which the line is free again */
  let freeAtMs = 0;

  const comeDown = async (from: Socket, to: Socket) => {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) {
        const piece = chunk.subarray(at, at + PIECE_BYTES);
        const nowMs = performance.now();
        freeAtMs = Math.max(freeAtMs, nowMs) + (piece.byteLength / bytesPerSecond) * 1_000;
        await sleep(freeAtMs - nowMs);
        bytes += piece.byteLength;
        if (!to.write(piece)) await once(to, 'drain');
      }
    }
    to.end();
  };
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect(target, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined); // ECONNRESET: the other side tells by its end
      socket.once('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    comeDown(far, near).catch(() => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get bytes() {
      return bytes;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
