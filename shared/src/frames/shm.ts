// The one importer of shm-typed-array: makes, maps and removes a POSIX shared-memory object.
// What the library leaves to its user is done here: real permissions, and pages that are there before they are mapped.

import { closeSync, constants, fchmodSync, fchownSync, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import shm from 'shm-typed-array';
import { EXIT, errorCode, FatalError } from '../runtime/errors.ts';
import { LIBRARY_BYTES } from './layout.ts';
import { objectPath } from './names.ts';
import { tooLittleSpace } from './space.ts';

export interface SharedObject {
  /** Object bytes 8 to the end. Gone after `close`: touching it then ends the process (SIGSEGV). */
  readonly buffer: Buffer;
  /** Unmaps, and unlinks the name if it still is this object's. Idempotent. */
  close(): void;
}

export interface SharedObjectOptions {
  /** with its leading slash */
  readonly objectName: string;
  /** of the whole object, the library's size word included */
  readonly byteLength: number;
  /** group of the object; undefined leaves what the folder gives (a setgid /dev/shm in compose) */
  readonly groupId?: number | undefined;
}

/**
 * The library unmaps when its Buffer is garbage collected and again at `destroy`, by then perhaps of memory that
 * belongs to somebody else. So every Buffer is kept here until it was destroyed.
 */
const mapped = new Set<Buffer>();

/**
 * Creates the object zeroed, mode 0640, every page of it allocated.
 * @returns undefined when the name is taken
 * @throws {FatalError} 78 ERR_SHM_TOO_SMALL
 */
export function createSharedObject(options: SharedObjectOptions): SharedObject | undefined {
  const { objectName, byteLength } = options;
  // 600 until it is whole. The library takes an octal string: the number 0o600 would give mode 1.
  const buffer = shm.create(byteLength - LIBRARY_BYTES, 'Buffer', objectName, '600');
  if (buffer === null) return undefined;
  mapped.add(buffer);
  try {
    const inode = allocatePages(options);
    return { buffer, close: closeOnce(objectName, inode, buffer) };
  } catch (error) {
    shm.destroy(objectName);
    mapped.delete(buffer);
    throw error;
  }
}

/**
 * Writes zeros through a descriptor: where a store into mapped memory would be answered by SIGBUS, a write is answered
 * by ENOSPC. Afterwards every page exists, and the publisher cannot run out of memory in mid-frame.
 */
function allocatePages({ objectName, byteLength, groupId }: SharedObjectOptions): number {
  const descriptor = openSync(objectPath(objectName), constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const zeros = Buffer.alloc(Math.min(byteLength, 1024 * 1024));
    for (let at = LIBRARY_BYTES; at < byteLength; ) {
      at += writeSync(descriptor, zeros, 0, Math.min(zeros.byteLength, byteLength - at), at);
    }
    if (groupId !== undefined) fchownSync(descriptor, -1, groupId);
    // The umask applied at creation, and would to any other mode given there.
    fchmodSync(descriptor, 0o640);
    return fstatSync(descriptor).ino;
  } catch (error) {
    if (errorCode(error) === 'ENOSPC') throw tooLittleSpace(byteLength, undefined, error);
    if (errorCode(error) === 'EPERM') {
      throw new FatalError(EXIT.config, 'ERR_SHM_GROUP', `cannot give ${objectPath(objectName)} to group ${groupId}`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function closeOnce(objectName: string, inode: number, buffer: Buffer): () => void {
  return () => {
    if (!mapped.delete(buffer)) return;
    // Somebody may have removed our name, and somebody else taken it: theirs is not ours to unlink.
    if (inodeOf(objectName) === inode) shm.destroy(objectName);
    else shm.detach(objectName, false);
  };
}

function inodeOf(objectName: string): number | undefined {
  return statSync(objectPath(objectName), { throwIfNoEntry: false })?.ino;
}
