// The run directory: where the sockets are, and by its hash which shared memory. Both services must find the same one.

import { accessSync, constants, lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MAX_SOCKET_PATH_BYTES } from '../rpc/socket-path.ts';

export const SYSTEM_RUN_DIR = '/run/soft-stream';
/** The longest name below a run directory. */
const LONGEST_SOCKET = 'operator/control.sock';

export interface RunDirOptions {
  /** SOFT_STREAM_RUN_DIR */
  readonly given: string | undefined;
  readonly cwd: string;
  /** XDG_RUNTIME_DIR of the user, if any */
  readonly userRuntimeDir: string | undefined;
  /** numeric id of the user; 0 = root */
  readonly uid: number;
  /** tests only */
  readonly systemRunDir?: string;
  readonly temporaryDir?: string;
}

/** @returns an absolute path (nothing is made), or what is wrong with it */
export function chooseRunDir(options: RunDirOptions): { readonly path: string; readonly problem: string | undefined } {
  const path = findRunDir(options);
  const longest = Buffer.byteLength(join(path, LONGEST_SOCKET));
  if (longest > MAX_SOCKET_PATH_BYTES) {
    const most = MAX_SOCKET_PATH_BYTES - LONGEST_SOCKET.length - 1;
    return { path, problem: `must have at most ${most} bytes: a socket below it could not be named otherwise` };
  }
  return { path, problem: checkOwner(path, options) };
}

function findRunDir({ given, cwd, userRuntimeDir, uid, ...places }: RunDirOptions): string {
  if (given !== undefined) return resolve(cwd, given);
  const systemRunDir = places.systemRunDir ?? SYSTEM_RUN_DIR;
  if (uid === 0 || isEnterable(systemRunDir)) return systemRunDir;
  if (userRuntimeDir?.startsWith('/') && isEnterable(userRuntimeDir)) return join(userRuntimeDir, 'soft-stream');
  return join(places.temporaryDir ?? tmpdir(), `soft-stream-${uid}`);
}

/** Anybody can make a folder of a known name in a shared temporary folder: it must be ours. */
function checkOwner(path: string, { given, uid, temporaryDir = tmpdir() }: RunDirOptions): string | undefined {
  if (given !== undefined || !path.startsWith(`${temporaryDir}/`)) return undefined;
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || (stat.isDirectory() && stat.uid === uid)) return undefined;
  return `${path} belongs to another user: choose a folder with SOFT_STREAM_RUN_DIR`;
}

function isEnterable(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    // ENOENT or EACCES
    return false;
  }
}
