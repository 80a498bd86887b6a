// The names of shared-memory objects: demo, service and parallel tests each have a run directory and never collide.

import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** Where Linux shows POSIX shared memory as files. */
export const SHM_DIR = '/dev/shm';

/** The run directory of the installed service; its objects have the short names. */
export const SERVICE_RUN_DIR = '/run/soft-stream';

/** 8 hex digits of the SHA-256 of the absolute run directory. */
export function runDirHash(runDir: string): string {
  return createHash('sha256').update(resolve(runDir)).digest('hex').slice(0, 8);
}

/** As shm_open takes it: `/soft-stream.cam0`, or `/soft-stream.1a2b3c4d.cam0` for another run directory. */
export function objectName(runDir: string, camera: string): string {
  return `/${objectPrefix(runDir)}${camera}`;
}

/** The file behind an object name. */
export function objectPath(name: string): string {
  return SHM_DIR + name;
}

/** Whether a file name in {@link SHM_DIR} belongs to a camera of this run directory, and of no other. */
export function isObjectOf(runDir: string, fileName: string): boolean {
  const prefix = objectPrefix(runDir);
  return fileName.startsWith(prefix) && /^cam\d+$/.test(fileName.slice(prefix.length));
}

function objectPrefix(runDir: string): string {
  return resolve(runDir) === SERVICE_RUN_DIR ? 'soft-stream.' : `soft-stream.${runDirHash(runDir)}.`;
}
