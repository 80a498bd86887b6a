// A web side that keeps no rule: it sends what it is told, and collects what comes back, or does not.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

export interface Attacker extends Disposable {
  readonly socket: Socket;
  readonly isClosed: boolean;
  readonly text: string;
  send(bytes: string | Uint8Array): void;
  /** Sends a request; its answer is somewhere in `text`. */
  call(method: string, params?: unknown): void;
}

/** On broker.sock; resolves when it is connected, or was refused. */
export async function connectAttacker(runDir: string): Promise<Attacker> {
  const socket = connect(join(runDir, 'broker.sock'));
  const chunks: Buffer[] = [];
  let isClosed = false;
  let id = 0;
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  socket.once('close', () => {
    isClosed = true;
  });
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
  const send = (bytes: string | Uint8Array) => {
    if (!isClosed) socket.write(bytes);
  };
  return {
    socket,
    send,
    get isClosed() {
      return isClosed;
    },
    get text() {
      return Buffer.concat(chunks).toString();
    },
    call(method, params) {
      id += 1;
      send(`${JSON.stringify({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) })}\n`);
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
