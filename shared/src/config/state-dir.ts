// The state folder: where capture-service keeps what was set at run time. Nothing is made here.

import { accessSync, constants } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { SYSTEM_RUN_DIR } from './run-dir.ts';

const SYSTEM_STATE_DIR = '/var/lib/soft-stream';

export interface StateDirOptions {
  /** SOFT_STREAM_STATE_DIR */
  readonly given: string | undefined;
  /** SOFT_STREAM_RUN_DIR: an instance of its own, which shares no state with another one */
  readonly givenRunDir: string | undefined;
  readonly cwd: string;
  /** HOME */
  readonly home: string | undefined;
  /** XDG_STATE_HOME */
  readonly userStateHome: string | undefined;
  readonly uid: number;
  /** tests only */
  readonly systemStateDir?: string;
}

/** @see XDG Base Directory Specification, $XDG_STATE_HOME */
export function chooseStateDir(options: StateDirOptions): string {
  const { given, givenRunDir, cwd, home, userStateHome, uid } = options;
  const systemStateDir = options.systemStateDir ?? SYSTEM_STATE_DIR;
  if (given !== undefined) return resolve(cwd, given);
  const runDir = givenRunDir === undefined ? undefined : resolve(cwd, givenRunDir);
  if (runDir !== undefined && runDir !== SYSTEM_RUN_DIR) return join(runDir, 'state');
  if (uid === 0 || isWritable(systemStateDir)) return systemStateDir;
  if (userStateHome !== undefined && isAbsolute(userStateHome)) return join(userStateHome, 'soft-stream');
  return home !== undefined && isAbsolute(home) ? join(home, '.local/state/soft-stream') : systemStateDir;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    // ENOENT, EACCES or EROFS
    return false;
  }
}
