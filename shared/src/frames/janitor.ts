// Clears up after a capture-service that was killed: shared-memory objects and socket files outlive their process.
// Alive or dead is asked at the owner's control socket, which the object's header names: process ids mean nothing
// across containers, but a socket without a listener refuses, and one of a container that is gone is not there.
//
// Run it before listening on one's own sockets: an object of a killed predecessor names the same path as ours.

import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { basename } from 'node:path';
import type { Logger } from 'pino';
import { EXIT, errorCode, FatalError } from '../runtime/errors.ts';
import { parseSocketPath } from './header.ts';
import { USED_HEADER_BYTES } from './layout.ts';
import { isObjectOf, objectPath, SHM_DIR } from './names.ts';
import { openRingFile } from './ring-file.ts';

export interface CleanOptions {
  readonly objectName: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

export interface SweepOptions {
  readonly runDir: string;
  /** objects of the cameras that are configured: they are cleaned one by one */
  readonly keep: readonly string[];
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Removes the object when its owner is dead; nothing to do when there is none.
 * @throws {FatalError} 69 ERR_OBJECT_TAKEN with its path: the owner lives, or cannot be asked, or it is not ours to remove
 */
export async function cleanLeftover({ objectName, log }: CleanOptions): Promise<void> {
  const path = objectPath(objectName);
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (before === undefined) return;
  if (!before.isFile()) throw taken(path, 'it is not shared memory');
  const socketPath = readOwner(path);
  if (socketPath === undefined) {
    // Its owner was killed before the header was written, or it is none of ours: no process of ours can be using it.
    log.warn({ objectName }, 'shared memory without an owner');
  } else {
    const owner = await askOwner(socketPath);
    if (owner !== 'dead')
      throw taken(path, `its owner answers at ${socketPath}${owner === 'alive' ? '' : ` (${owner})`}`);
  }
  // While we asked, another instance may have cleared up and made its own.
  if (lstatSync(path, { throwIfNoEntry: false })?.ino !== before.ino) return;
  remove(path);
  log.info({ objectName, socketPath }, 'removed shared memory of a dead process');
}

/** The same for objects of cameras that this run directory once had: renumbered or removed from the configuration. */
export async function sweepLeftovers({ runDir, keep, log }: SweepOptions): Promise<void> {
  const kept = new Set(keep.map((name) => basename(name)));
  for (const fileName of readdirSync(SHM_DIR)) {
    if (isObjectOf(runDir, fileName) && !kept.has(fileName)) await cleanLeftover({ objectName: `/${fileName}`, log });
  }
}

/**
 * Makes a path free to listen on: removes a socket that nobody listens on.
 * @throws {FatalError} 69 ERR_SOCKET_TAKEN somebody listens, or it is no socket; with the path
 */
export async function claimSocketPath(path: string): Promise<void> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isSocket())
    throw new FatalError(EXIT.unavailable, 'ERR_SOCKET_TAKEN', `${path} is there and is not a socket`);
  const owner = await askOwner(path);
  if (owner !== 'dead') {
    throw new FatalError(EXIT.unavailable, 'ERR_SOCKET_TAKEN', `another process listens on ${path}`);
  }
  remove(path);
}

/** @returns `dead`, `alive`, or the error code that told neither */
function askOwner(socketPath: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    // No timeout is needed: a unix socket connects or fails at once, also to a process that was stopped.
    socket.once('connect', () => {
      socket.destroy();
      resolve('alive');
    });
    socket.once('error', (error) => {
      const code = errorCode(error) ?? 'unknown error';
      resolve(code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ENOTDIR' ? 'dead' : code);
    });
  });
}

function readOwner(path: string): string | undefined {
  const file = openRingFile(path);
  if (file === undefined) throw taken(path, 'it cannot be read');
  const header = Buffer.alloc(USED_HEADER_BYTES);
  try {
    return file.readSync(header, 0, header.byteLength, 0) ? parseSocketPath(header) : undefined;
  } finally {
    file.close();
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new FatalError(EXIT.unavailable, 'ERR_OBJECT_TAKEN', `${path} is left over and cannot be removed`, {
      cause: error,
    });
  }
}

function taken(path: string, why: string): FatalError {
  return new FatalError(EXIT.unavailable, 'ERR_OBJECT_TAKEN', `${path} belongs to another process: ${why}`);
}
