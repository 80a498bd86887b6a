// A unix socket that passes every byte on to another and writes down the messages, one a line, in both directions.

import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Clock } from '@soft-stream/shared/runtime/clock';

export type SocketName = 'broker' | 'control';
export type Speaker = 'http' | 'camctl' | 'capture';

/** One line of a recorded conversation. */
export interface Said {
  readonly atMs: number;
  readonly socket: SocketName;
  /** connections are numbered per socket, from 1 */
  readonly connection: number;
  readonly from: Speaker;
  readonly message: unknown;
}

export interface TapOptions {
  readonly socket: SocketName;
  readonly path: string;
  /** where capture-service listens */
  readonly target: string;
  readonly client: Speaker;
  readonly clock: Clock;
  onSaid(said: Said): void;
}

export async function openTap(options: TapOptions): Promise<AsyncDisposable> {
  const { socket, path, target, client, clock, onSaid } = options;
  mkdirSync(dirname(path), { recursive: true });
  const sockets = new Set<Socket>();
  let connections = 0;

  const listen = (stream: Socket, connection: number, from: Speaker) => {
    let unfinished = '';
    stream.setEncoding('utf8').on('data', (text) => {
      const lines = `${unfinished}${text}`.split('\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines)
        if (line.trim() !== '')
          onSaid({ atMs: clock.nowMs(), socket, connection, from, message: JSON.parse(line) as unknown });
    });
  };
  const server = createServer((incoming) => {
    connections += 1;
    const outgoing = connect(target);
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => sockets.delete(one));
      one.pipe(other);
    }
    listen(incoming, connections, client);
    listen(outgoing, connections, 'capture');
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return {
    async [Symbol.asyncDispose]() {
      for (const each of sockets) each.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(path, { force: true });
    },
  };
}
