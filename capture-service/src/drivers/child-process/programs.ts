// Where a camera program is, and the environment that it runs in.

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EXIT, FatalError } from '@soft-stream/shared/runtime/errors';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Service managers and minimal containers may leave these out of PATH. */
const SYSTEM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/**
 * Absolute path of a program on PATH.
 * @param advice what its user can do instead, as the end of a sentence
 * @throws {FatalError} 78 ERR_PROGRAM_MISSING that names the program and the PATH
 */
export function requireProgram(env: Environment, name: string, advice: string): string {
  const found = findProgram(name, foldersOf(env));
  if (found !== undefined) return found;
  throw new FatalError(EXIT.config, 'ERR_PROGRAM_MISSING', `${name} is not on PATH (${env['PATH'] ?? ''}): ${advice}`);
}

/**
 * setpriv(1) of util-linux gives children a parent-death signal: without it a killed service can leave one behind.
 * @returns its absolute path, also from the system's folders
 */
export function findSetpriv(env: Environment): string | undefined {
  return findProgram('setpriv', [...foldersOf(env), ...SYSTEM_FOLDERS]);
}

/**
 * Everything is passed on (library paths matter) but what is meant for this service alone. Messages are in English.
 * @param dropped further variables that would change what is read from the program
 */
export function childEnvironment(env: Environment, dropped = /^$/): Environment {
  const ours = /^(SOFT_STREAM_|NODE_OPTIONS$|NOTIFY_SOCKET$|WATCHDOG_|LANG$|LC_)/;
  const kept = Object.entries(env).filter(([name]) => !ours.test(name) && !dropped.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

function foldersOf(env: Environment): string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

function findProgram(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // ENOENT, EACCES, ENOTDIR: not here
    return false;
  }
}
