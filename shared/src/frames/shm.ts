// The one importer of shm-typed-array: makes, maps and removes a POSIX shared-memory object.
// What the library leaves to its user is done here: real permissions, and pages that are there before they are mapped.

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import shm from 'shm-typed-array';
import { EXIT, errorCode, FatalError } from '../runtime/errors.ts';
import { LIBRARY_BYTES } from './layout.ts';
import { objectPath } from './names.ts';
import { tooLittleSpace } from './space.ts';

export interface SharedObject {
  /** Object bytes 8 to the end. Gone after `close`: touching it then ends the process (SIGSEGV). */
  readonly buffer: Buffer;
  /** of its file in /dev/shm */
  readonly inode: number;
  /** Unmaps, and unlinks the name if it still is this object's. Idempotent. */
  close(): void;
  /** The same for an object that another one replaces, and which subscribers still read. */
  abandon(): AbandonedObject;
}

export interface AbandonedObject {
  /** Gives the pages back although subscribers hold them open: these read nothing from now on. Idempotent. */
  free(): void;
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
  const descriptor = openSync(objectPath(objectName), constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    allocatePages(descriptor, options);
    const inode = fstatSync(descriptor).ino;
    const mapping = { objectName, inode, buffer };
    return {
      buffer,
      inode,
      close() {
        if (unmap(mapping)) closeSync(descriptor);
      },
      abandon: () => ({ free: unmap(mapping) ? freeOnce(descriptor) : () => {} }),
    };
  } catch (error) {
    closeSync(descriptor);
    shm.destroy(objectName);
    mapped.delete(buffer);
    throw error;
  }
}

/**
 * Writes zeros through a descriptor: where a store into mapped memory would be answered by SIGBUS, a write is answered
 * by ENOSPC. Afterwards every page exists, and the publisher cannot run out of memory in mid-frame.
 */
function allocatePages(descriptor: number, { objectName, byteLength, groupId }: SharedObjectOptions): void {
  try {
    const zeros = Buffer.alloc(Math.min(byteLength, 1024 * 1024));
    for (let at = LIBRARY_BYTES; at < byteLength; ) {
      at += writeSync(descriptor, zeros, 0, Math.min(zeros.byteLength, byteLength - at), at);
    }
    if (groupId !== undefined) fchownSync(descriptor, -1, groupId);
    // The umask applied at creation, and would to any other mode given there.
    fchmodSync(descriptor, 0o640);
  } catch (error) {
    if (errorCode(error) === 'ENOSPC') throw tooLittleSpace(byteLength, undefined, error);
    if (errorCode(error) === 'EPERM') {
      throw new FatalError(EXIT.config, 'ERR_SHM_GROUP', `cannot give ${objectPath(objectName)} to group ${groupId}`, {
        cause: error,
      });
    }
    throw error;
  }
}

interface Mapping {
  readonly objectName: string;
  readonly inode: number;
  readonly buffer: Buffer;
}

/** @returns false when that was done before */
function unmap({ objectName, inode, buffer }: Mapping): boolean {
  if (!mapped.delete(buffer)) return false;
  // Somebody may have removed our name, and somebody else taken it: theirs is not ours to unlink.
  if (inodeOf(objectName) === inode || holdName(objectName)) shm.destroy(objectName);
  else shm.detach(objectName, false);
  return true;
}

function freeOnce(descriptor: number): () => void {
  let isFree = false;
  return () => {
    if (isFree) return;
    isFree = true;
    ftruncateSync(descriptor, 0);
    closeSync(descriptor);
  };
}

/**
 * The library forgets a mapping only when its `destroy` unlinks something; else it would take the next mapping of the
 * name for this one, and never unmap that. So a name that is free gets an empty file to unlink.
 */
function holdName(objectName: string): boolean {
  try {
    writeFileSync(objectPath(objectName), '', { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function inodeOf(objectName: string): number | undefined {
  return lstatSync(objectPath(objectName), { throwIfNoEntry: false })?.ino;
}
