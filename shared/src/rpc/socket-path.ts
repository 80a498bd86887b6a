// A unix socket's name in the file system: claiming it, noticing a live or dead owner, giving it back.

import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { EXIT, errorCode, errorMessage, FatalError } from '../runtime/errors.ts';

/** sun_path has 108 bytes, the last one a NUL (unix(7)). */
export const MAX_SOCKET_PATH_BYTES = 107;

/** Makes the folder of a socket where it is missing. @throws {FatalError} 78 when that is not possible */
export function makeSocketFolder(folder: string, mode: number): void {
  try {
    const firstMade = mkdirSync(folder, { recursive: true, mode });
    // The umask has taken bits away from the mode; the setgid bit is not one that mkdir sets.
    if (firstMade !== undefined) chmodSync(folder, mode);
  } catch (cause) {
    throw folderError(folder, errorCode(cause) === 'ENOENT' ? causeOfMissing(folder, cause) : cause);
  }
}

/** A recursive mkdir on a read-only file system says ENOENT; making the first missing folder alone says why. */
function causeOfMissing(folder: string, cause: unknown): unknown {
  let missing = folder;
  while (!existsSync(dirname(missing)) && dirname(missing) !== missing) missing = dirname(missing);
  try {
    mkdirSync(missing);
    rmdirSync(missing);
    return cause;
  } catch (ownCause) {
    return ownCause;
  }
}

/**
 * Gives the listening socket at `from` its real name, in one step, once its mode is set: nobody can connect before.
 * Not listen() on the real name: libuv unlinks the name it was given at close, whoever owns it by then.
 * @returns the inode, to recognise the socket as ours later
 * @throws {FatalError} 69 when a live process listens at `path`; 78 when the folder cannot be written
 */
export async function claimSocketPath(from: string, path: string): Promise<bigint> {
  for (let attempt = 1; ; attempt++) {
    try {
      linkSync(from, path);
      unlinkSync(from);
      return lstatSync(path, { bigint: true }).ino;
    } catch (cause) {
      if (errorCode(cause) !== 'EEXIST') throw folderError(dirname(path), cause);
      if (attempt === 5) throw takenError(path);
      await removeLeftover(path);
    }
  }
}

/**
 * Removes a socket whose owner is dead: connecting is refused (a process id would mean nothing across containers).
 * @throws {FatalError} 69 when its owner is alive, or it is not a socket at all
 */
export async function removeLeftover(path: string): Promise<void> {
  const probed = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (probed === undefined) return;
  if (!probed.isSocket()) {
    throw new FatalError(
      EXIT.unavailable,
      'ERR_SOCKET_TAKEN',
      `${path} exists and is not a socket: remove it or choose another run directory`,
    );
  }
  const answer = await probeSocket(path);
  if (answer === 'ENOENT') return;
  if (answer !== 'ECONNREFUSED') throw takenError(path, answer);
  unlinkIfOurs(path, probed.ino);
}

/** @returns 'alive' or the error code of connecting */
export function probeSocket(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve('alive');
    });
    socket.on('error', (error) => resolve(errorCode(error) ?? 'unknown'));
  });
}

/** Unlinks `path` only while it is still the socket of that inode: a successor may have taken the name. */
export function unlinkIfOurs(path: string, inode: bigint): void {
  try {
    if (lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino === inode) unlinkSync(path);
  } catch (error) {
    // Gone, or a file where its folder was.
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR') throw error;
  }
}

function takenError(path: string, answer = 'alive'): FatalError {
  const message =
    answer === 'alive'
      ? `already running: another instance listens on ${path}`
      : `${path} is taken: connecting to its owner failed with ${answer}`;
  return new FatalError(EXIT.unavailable, 'ERR_SOCKET_TAKEN', message);
}

/** @returns an error that says what to do about a run directory that cannot be made or written */
export function folderError(folder: string, cause: unknown): FatalError {
  const why: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space is left',
    ENOTDIR: 'a part of the path is not a folder',
    EEXIST: 'it is not a folder',
    ENOENT: 'a part of the path is missing',
  };
  const reason = why[errorCode(cause) ?? ''] ?? errorMessage(cause);
  return new FatalError(
    EXIT.config,
    'ERR_RUN_DIR',
    `cannot use the folder ${folder} for sockets: ${reason}; make it writable or choose another with SOFT_STREAM_RUN_DIR`,
    { cause },
  );
}
