// For tests: a real unix socket between two ends in a folder of its own.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SocketPair extends AsyncDisposable {
  readonly server: Socket;
  readonly client: Socket;
}

/** @param allowHalfOpen of the server's end, as listenUnix has it */
export async function openSocketPair(allowHalfOpen = false): Promise<SocketPair> {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-test-'));
  const path = join(folder, 'pair.sock');
  const listener: Server = createServer({ allowHalfOpen });
  listener.listen(path);
  await once(listener, 'listening');
  const accepted = once(listener, 'connection');
  const client = connect(path);
  const [server] = (await accepted) as [Socket];
  await once(client, 'connect');
  for (const socket of [client, server]) socket.on('error', () => {});
  return {
    server,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      server.destroy();
      listener.close();
      await once(listener, 'close');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The end of a connection, also where the other side cut it off (ECONNRESET: it had not read everything). */
export function untilClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** Collects what arrives at `socket`, line by line. */
export function readLines(socket: Socket): { readonly lines: string[]; next(): Promise<string> } {
  const lines: string[] = [];
  let taken = 0;
  let rest = '';
  let wake: (() => void) | undefined;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    wake?.();
  });
  socket.on('close', () => wake?.());
  return {
    lines,
    async next() {
      while (lines.length <= taken) {
        if (socket.destroyed) throw new Error(`closed after ${lines.length} lines`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return lines[taken++] ?? '';
    },
  };
}
