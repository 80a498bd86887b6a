// Clears up after a capture-service that was killed: shared-memory objects outlive their process.
// Alive or dead is asked at the owner's control socket, which the object's header names: process ids mean nothing
// across containers, but a socket without a listener refuses, and one of a container that is gone is not there.
//
// Run it before listening on one's own sockets: an object of a killed predecessor names the same path as ours.

import { lstatSync, readdirSync, truncateSync, unlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { Logger } from 'pino';
import { probeSocket } from '../rpc/socket-path.ts';
import { EXIT, errorCode, FatalError } from '../runtime/errors.ts';
import { parseSocketPath } from './header.ts';
import { USED_HEADER_BYTES } from './layout.ts';
import { isObjectOf, objectPath, SHM_DIR } from './names.ts';
import { openRingFile } from './ring-file.ts';

export interface CleanOptions {
  readonly objectName: string;
  /** whether a control socket is our own: an object that names it and is not ours has no other owner */
  isOwnSocket?(path: string): boolean;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

export interface SweepOptions {
  readonly runDir: string;
  /** objects of the cameras that are configured: they are cleaned one by one */
  readonly keep: readonly string[];
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** What connecting says when nobody listens: refused, no such file, no such folder. */
const DEAD: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTDIR']);

/**
 * Removes the object when its owner is dead; nothing to do when there is none.
 * @throws {FatalError} 69 ERR_OBJECT_TAKEN with its path: the owner lives, or cannot be asked, or it is not ours to remove
 */
export async function cleanLeftover({ objectName, isOwnSocket, log }: CleanOptions): Promise<void> {
  const path = objectPath(objectName);
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (before === undefined) return;
  if (!before.isFile()) throw taken(path, 'it is not shared memory');
  const socketPath = readOwner(path);
  if (socketPath === undefined) {
    // Its owner was killed before the header was written, or it is none of ours: no process of ours can be using it.
    log.warn({ objectName }, 'shared memory without an owner');
  } else if (!isOwnSocket?.(socketPath)) {
    const answer = await probeSocket(socketPath);
    if (!DEAD.has(answer)) throw taken(path, `asking its owner at ${socketPath} says ${answer}`);
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
    freePages(path);
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new FatalError(EXIT.unavailable, 'ERR_OBJECT_TAKEN', `${path} is left over and cannot be removed`, {
      cause: error,
    });
  }
}

/** Subscribers that keep it open would hold its pages, which our own object needs. */
function freePages(path: string): void {
  try {
    truncateSync(path);
  } catch {
    // EACCES, ENOENT: unlinking it says so, too
  }
}

function taken(path: string, why: string): FatalError {
  return new FatalError(EXIT.unavailable, 'ERR_OBJECT_TAKEN', `${path} belongs to another process: ${why}`);
}
