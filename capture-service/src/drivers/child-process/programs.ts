// The programs that a driver needs, and the environment that they run in.

import { EXIT, FatalError } from '@soft-stream/shared/runtime/errors';
import { findProgram } from '@soft-stream/shared/runtime/programs';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Absolute path of a program on PATH.
 * @param advice what its user can do instead, as the end of a sentence
 * @throws {FatalError} 78 ERR_PROGRAM_MISSING that names the program and the PATH
 */
export function requireProgram(env: Environment, name: string, advice: string): string {
  const found = findProgram(name, env['PATH'] ?? '');
  if (found !== undefined) return found;
  throw new FatalError(EXIT.config, 'ERR_PROGRAM_MISSING', `${name} is not on PATH (${env['PATH'] ?? ''}): ${advice}`);
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
