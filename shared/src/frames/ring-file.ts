// The read-only descriptor of one shared-memory object, kept open for as long as somebody reads through it.
// shm-typed-array's `get` would map it writable, and a subscriber may not even be able to.

import { closeSync, constants, fstatSync, openSync, read, readSync, statSync } from 'node:fs';
import { errorCode } from '../runtime/errors.ts';

export interface RingFile {
  readonly inode: number;
  /** when it was opened; the object never changes its size */
  readonly byteLength: number;
  /** @returns false when fewer bytes were there, or none could be read */
  readSync(into: Buffer, offset: number, length: number, position: number): boolean;
  /** In the thread pool, for what is too large to hold up the event loop. The descriptor outlives it. */
  read(into: Buffer, offset: number, length: number, position: number): Promise<boolean>;
  /** Closes when the last read is through. */
  close(): void;
}

/** @returns undefined when there is none, or one that we may not or must not read (a link, a pipe, a folder) */
export function openRingFile(path: string): RingFile | undefined {
  let descriptor: number;
  try {
    // Nonblocking: somebody else's named pipe of that name would hold us up for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isUnreadable(errorCode(error))) return undefined;
    throw error;
  }
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) {
    closeSync(descriptor);
    return undefined;
  }
  return ringFile(descriptor, stat.ino, stat.size);
}

export function inodeAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function ringFile(descriptor: number, inode: number, byteLength: number): RingFile {
  // A number that was closed is given to the next open: a read under way must never meet that.
  let users = 1;
  let isClosed = false;

  function release(): void {
    users -= 1;
    if (users === 0) closeSync(descriptor);
  }

  return {
    inode,
    byteLength,
    readSync(into, offset, length, position) {
      return !isClosed && readSync(descriptor, into, offset, length, position) === length;
    },
    read(into, offset, length, position) {
      if (isClosed) return Promise.resolve(false);
      users += 1;
      return new Promise((resolve) => {
        read(descriptor, into, offset, length, position, (error, bytesRead) => {
          release();
          resolve(error === null && bytesRead === length);
        });
      });
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      release();
    },
  };
}

function isUnreadable(code: string | undefined): boolean {
  return code === 'ENOENT' || code === 'EACCES' || code === 'ELOOP' || code === 'ENXIO' || code === 'ENOTDIR';
}
