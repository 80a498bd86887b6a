// Listening on a unix socket: its folder, its mode, a leftover of a dead owner, at most so many connections.

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { EXIT, FatalError } from '../runtime/errors.ts';
import { listenAtName, type SocketName, type SocketNameOptions } from './socket-name.ts';
import { MAX_SOCKET_PATH_BYTES } from './socket-path.ts';

export interface ListenOptions extends Omit<SocketNameOptions, 'folderMode'> {
  /** of its folder, where it has to be made; default 0o750 */
  readonly folderMode?: number;
  /** one more is closed at once; default 32 */
  readonly maxConnections?: number;
  /** 'end' does not end it: whoever takes the socket answers what was asked, then does (peer.ts) */
  onConnection(socket: Socket): void;
  readonly log: Logger;
}

export interface UnixServer extends AsyncDisposable, Omit<SocketName, 'release'> {
  readonly connections: number;
  /** Closes every connection, and removes the socket if the name is still ours. Idempotent. */
  close(): Promise<void>;
}

/** @throws {FatalError} 69 when a live process listens there; 78 when the folder cannot be made or written */
export async function listenUnix(options: ListenOptions): Promise<UnixServer> {
  const { path, folderMode = 0o750, maxConnections = 32, onConnection, log } = options;
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new FatalError(
      EXIT.config,
      'ERR_RUN_DIR',
      `${path} has ${Buffer.byteLength(path)} bytes; a socket path has at most ${MAX_SOCKET_PATH_BYTES}: choose a shorter SOFT_STREAM_RUN_DIR`,
    );
  }

  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (sockets.size >= maxConnections) {
      log.warn({ path, maxConnections }, 'connection refused: too many');
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Whoever takes the socket adds its own; without any, a reset would end the process.
    socket.on('error', () => {});
    onConnection(socket);
  });
  let name: SocketName;
  try {
    name = await listenAtName(server, { ...options, folderMode });
  } catch (error) {
    // Never listening makes close() call back with an error; libuv unlinks the temporary name.
    await new Promise((resolve) => server.close(resolve));
    throw error;
  }
  // EMFILE while accepting: the connection is refused, the next one may work.
  server.on('error', (err) => log.error({ err, path }, 'accepting a connection failed'));

  let closing: Promise<void> | undefined;
  const close = async () => {
    const ended = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    name.release();
    await ended;
  };
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  return {
    path,
    get inode() {
      return name.inode;
    },
    renew: name.renew,
    get connections() {
      return sockets.size;
    },
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}
