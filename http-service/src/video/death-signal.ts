// Children that end with us also when we are killed: setpriv(1) asks for the parent-death signal of prctl(2).

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** util-linux has it on every Debian. */
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'] as const;

/** SIGKILL: the child may be stopped, and would else stay so for ever. */
export function withDeathSignal(command: readonly string[]): readonly string[] {
  const setpriv = SETPRIV.find(isExecutable);
  return setpriv === undefined ? command : [setpriv, '--pdeathsig', 'KILL', '--', ...command];
}

/** Where it stands on PATH; undefined: nowhere. */
export function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // ENOENT, EACCES
    return false;
  }
}
