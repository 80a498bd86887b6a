// Where the programs of this machine are, and how a child is started that ends with its parent.

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Service managers and minimal containers may leave these out of PATH. */
const SYSTEM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].join(delimiter);

/** @param path as in PATH; @returns the absolute path of the program; undefined: not found */
export function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** setpriv(1) of util-linux, which every Debian has: on PATH, else in the system's folders. */
export function findSetpriv(path = ''): string | undefined {
  return findProgram('setpriv', path + delimiter + SYSTEM_FOLDERS);
}

export interface DeathSignal {
  /** absolute path of setpriv; undefined: the command as it is, which may outlive its parent */
  readonly setpriv: string | undefined;
  /** `KILL` also ends a child that is stopped */
  readonly signal: 'KILL' | 'TERM';
}

/**
 * The command (program and arguments) with a parent-death signal (prctl(2), PR_SET_PDEATHSIG) that only setpriv can ask for from here. It
 * belongs to the thread that forks, so start it on the main one; it survives the exec from setpriv to the program.
 */
export function withDeathSignal(command: readonly string[], { setpriv, signal }: DeathSignal): readonly string[] {
  return setpriv === undefined ? command : [setpriv, '--pdeathsig', signal, '--', ...command];
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
