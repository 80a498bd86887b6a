// Listening on a unix socket: its folder, its mode, a leftover of a dead owner, at most so many connections.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { EXIT, FatalError } from '../runtime/errors.ts';
import { claimSocketPath, folderError, MAX_SOCKET_PATH_BYTES, makeSocketFolder, unlinkIfOurs } from './socket-path.ts';

export interface ListenOptions {
  readonly path: string;
  /** of the socket: who may connect, e.g. 0o660 */
  readonly mode: number;
  /** of its folder, where it has to be made; default 0o750 */
  readonly folderMode?: number;
  /** numeric group of the socket; default: the folder's (setgid) or the process's */
  readonly group?: number;
  /** one more is closed at once; default 32 */
  readonly maxConnections?: number;
  /** 'end' does not end it: whoever takes the socket answers what was asked, then does (peer.ts) */
  onConnection(socket: Socket): void;
  readonly log: Logger;
}

export interface UnixServer extends AsyncDisposable {
  readonly path: string;
  readonly connections: number;
  /** Closes every connection, and removes the socket if the name is still ours. Idempotent. */
  close(): Promise<void>;
}

/** @throws {FatalError} 69 when a live process listens there; 78 when the folder cannot be made or written */
export async function listenUnix(options: ListenOptions): Promise<UnixServer> {
  const { path, mode, folderMode = 0o750, maxConnections = 32, onConnection, log } = options;
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new FatalError(
      EXIT.config,
      'ERR_RUN_DIR',
      `${path} has ${Buffer.byteLength(path)} bytes; a socket path has at most ${MAX_SOCKET_PATH_BYTES}: choose a shorter SOFT_STREAM_RUN_DIR`,
    );
  }
  const folder = dirname(path);
  makeSocketFolder(folder, folderMode);

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
  // Ten characters, so shorter than any of our socket names: it fits where they fit.
  const temporaryPath = join(folder, `.${randomBytes(4).toString('hex')}`);

  let inode: bigint;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(folderError(folder, cause)));
      server.listen(temporaryPath, resolve);
    });
    if (options.group !== undefined) chownSync(temporaryPath, -1, options.group);
    chmodSync(temporaryPath, mode);
    inode = await claimSocketPath(temporaryPath, path);
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
    unlinkIfOurs(path, inode);
    await ended;
  };
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  return {
    path,
    get connections() {
      return sockets.size;
    },
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}
