// A listening server and its name in the file system, which can be taken away while it lives: then it listens anew.

import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, lstatSync } from 'node:fs';
import type { Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { rememberFolders } from './socket-folder.ts';
import { claimSocketPath, folderError, unlinkIfOurs } from './socket-path.ts';

export interface SocketNameOptions {
  readonly path: string;
  /** of the socket: who may connect, e.g. 0o660 */
  readonly mode: number;
  /** of its folder, where it has to be made at the start; later it is made as it was */
  readonly folderMode: number;
  /** numeric group of the socket; default: the folder's (setgid) or the process's */
  readonly group?: number | undefined;
  /** listening already, under this name, which stays when the server ends: somebody else made it */
  readonly descriptor?: number | undefined;
}

export interface SocketName extends AsyncDisposable {
  readonly path: string;
  /** of the socket in the file system: whether the name is still ours */
  readonly inode: bigint | undefined;
  /**
   * Listens anew under the name, whose folders are made again, too. Connections stay.
   * @throws {FatalError} 69 when a live process listens there; 78 when the folder cannot be made or written
   */
  renew(): Promise<void>;
  /** Removes the name if it still is ours; the server is its owner's to close. Idempotent. */
  release(): void;
}

/** `.abc`: enough for the moment that it lives. */
const SHORTEST_NAME = 4;

/** @throws {FatalError} as `renew` */
export async function listenAtName(server: Server, options: SocketNameOptions): Promise<SocketName> {
  const { path, mode, folderMode, group } = options;
  const folder = dirname(path);
  const folders = rememberFolders(folder, folderMode);
  let inode: bigint | undefined;
  let isOwn = true;
  let isReleased = false;

  const listen = async () => {
    const temporaryPath = join(folder, temporaryName(basename(path)));
    await listening(server, path, () => server.listen({ path: temporaryPath }));
    if (group !== undefined) chownSync(temporaryPath, -1, group);
    chmodSync(temporaryPath, mode);
    inode = await claimSocketPath(temporaryPath, path);
    isOwn = true;
    if (isReleased) release();
  };

  const release = () => {
    isReleased = true;
    if (inode !== undefined && isOwn) unlinkIfOurs(path, inode);
    inode = undefined;
  };

  if (options.descriptor === undefined) {
    folders.restore();
    await listen();
  } else {
    await listening(server, path, () => server.listen({ fd: options.descriptor }));
    inode = lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
    isOwn = false;
  }
  return {
    path,
    get inode() {
      return inode;
    },
    async renew() {
      if (isReleased) return;
      inode = undefined;
      folders.restore();
      // A server listens once at a time. It closes for good only when it listens no more and nobody is connected.
      if (server.listening) server.close();
      await listen();
    },
    release,
    async [Symbol.asyncDispose]() {
      release();
    },
  };
}

/** Not longer than the name: a path that fits the kernel's limit has a temporary one that does. */
function temporaryName(name: string): string {
  return `.${randomBytes(4).toString('hex')}`.slice(0, Math.max(SHORTEST_NAME, name.length));
}

function listening(server: Server, path: string, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error) => {
      server.off('listening', onListening);
      reject(folderError(dirname(path), cause));
    };
    const onListening = () => {
      server.off('error', onError);
      resolve();
    };
    server.once('error', onError);
    server.once('listening', onListening);
    listen();
  });
}
