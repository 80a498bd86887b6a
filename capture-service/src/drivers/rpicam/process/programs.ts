// Which programs this driver needs, where they are, and the environment that they run in.

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EXIT, FatalError } from '@soft-stream/shared/runtime/errors';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface RpicamPrograms {
  /** absolute paths */
  readonly vid: string;
  readonly still: string;
  /** gives children a parent-death signal (util-linux); without it a killed service can leave one behind */
  readonly setpriv: string | undefined;
  /** of the children */
  readonly env: Environment;
}

/** Service managers and minimal containers may leave these out of PATH. */
const SYSTEM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** @throws FatalError 78 ERR_PROGRAM_MISSING that names the program, the package and the PATH */
export function findRpicamPrograms(env: Environment): RpicamPrograms {
  const path = env['PATH'] ?? '';
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const need = (name: string): string => {
    const found = findProgram(name, folders);
    if (found !== undefined) return found;
    throw new FatalError(
      EXIT.config,
      'ERR_PROGRAM_MISSING',
      `${name} is not on PATH (${path}): install it with \`sudo apt install rpicam-apps\` (Raspberry Pi OS), ` +
        'or use a recording instead (camN_driver=recorded)',
    );
  };
  return {
    vid: need('rpicam-vid'),
    still: need('rpicam-still'),
    setpriv: findProgram('setpriv', [...folders, ...SYSTEM_FOLDERS]),
    env: childEnvironment(env),
  };
}

/**
 * Everything is passed on (library and tuning paths matter to libcamera) but what would silence or redirect the log
 * lines that are read, and what is meant for this service alone.
 */
export function childEnvironment(env: Environment): Environment {
  const dropped = /^(LIBCAMERA_LOG_|SOFT_STREAM_|NODE_OPTIONS$|NOTIFY_SOCKET$|WATCHDOG_|LANG$|LC_)/;
  const kept = Object.entries(env).filter(([name]) => !dropped.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', LIBCAMERA_LOG_NO_COLOR: '1' };
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
