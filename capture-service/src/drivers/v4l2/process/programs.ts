// Which programs this driver needs, and where they are.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { findSetpriv } from '@soft-stream/shared/runtime/programs';
import { childEnvironment, type Environment, requireProgram } from '../../child-process/programs.ts';

export interface V4l2Programs {
  /** absolute paths */
  readonly v4l2Ctl: string;
  /** v4l2-ctl buffers its output: the end of a frame would wait for the next one */
  readonly stdbuf: string;
  /** only for cameras without MJPEG */
  readonly ffmpeg: string | undefined;
  /** undefined = no parent-death signal */
  readonly setpriv: string | undefined;
  /** of the children */
  readonly env: Environment;
}

/** @throws {FatalError} 78 ERR_PROGRAM_MISSING that names the program, the package and the PATH */
export function findV4l2Programs(env: Environment, cameras: readonly CameraConfig[]): V4l2Programs {
  const need = (name: string, debianPackage: string) =>
    requireProgram(env, name, `install it with \`sudo apt install ${debianPackage}\``);
  const needsEncoder = cameras.some(({ v4l2 }) => v4l2.format === 'yuyv');
  return {
    v4l2Ctl: need('v4l2-ctl', 'v4l-utils'),
    stdbuf: need('stdbuf', 'coreutils'),
    ffmpeg: needsEncoder ? need('ffmpeg', 'ffmpeg') : undefined,
    setpriv: findSetpriv(env['PATH']),
    env: childEnvironment(env),
  };
}
