// Which programs this driver needs, and what their environment must not say.

import { findSetpriv } from '@soft-stream/shared/runtime/programs';
import { childEnvironment, type Environment, requireProgram } from '../../child-process/programs.ts';

export interface RpicamPrograms {
  /** absolute paths */
  readonly vid: string;
  readonly still: string;
  /** undefined = no parent-death signal */
  readonly setpriv: string | undefined;
  /** of the children */
  readonly env: Environment;
}

const HOST_ADVICE =
  'install it with `sudo apt install rpicam-apps` (Raspberry Pi OS), or use a recording instead (camN_driver=recorded)';

const IMAGE_ADVICE =
  'this image was built without the camera programs. Build it on the Raspberry Pi, or for linux/arm64, with them ' +
  '(SOFT_STREAM_RPICAM=1 docker compose build capture), or use a recording instead (camN_driver=recorded)';

/** @throws {FatalError} 78 ERR_PROGRAM_MISSING that names the program, the package and the PATH */
export function findRpicamPrograms(env: Environment): RpicamPrograms {
  const advice = env['SOFT_STREAM_CONTAINER'] === '1' ? IMAGE_ADVICE : HOST_ADVICE;
  return {
    vid: requireProgram(env, 'rpicam-vid', advice),
    still: requireProgram(env, 'rpicam-still', advice),
    setpriv: findSetpriv(env['PATH']),
    env: rpicamEnvironment(env),
  };
}

/** Without what would silence or redirect the log lines that are read. */
export function rpicamEnvironment(env: Environment): Environment {
  return { ...childEnvironment(env, /^LIBCAMERA_LOG_/), LIBCAMERA_LOG_NO_COLOR: '1' };
}
