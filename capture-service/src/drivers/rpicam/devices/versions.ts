// Versions of rpicam-apps and libcamera, as the programs print them.

import { execFile } from 'node:child_process';
import type { DoctorLine } from '@soft-stream/shared/api/control-api';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { Environment } from '../../child-process/programs.ts';
import type { RpicamHost } from '../listing/host.ts';

const TIMEOUT_MS = 5_000;

/** rpicam-apps 1.4 (2023) is the first under this name. */
export async function versionLines({ programs }: RpicamHost): Promise<DoctorLine[]> {
  const lines: DoctorLine[] = [];
  for (const program of [programs.vid, programs.still]) {
    try {
      const text = await outputOf(program, ['--version'], programs.env);
      const apps = /^rpicam-apps build:\s*(\S+)/m.exec(text)?.[1] ?? 'unknown';
      const libcamera = /^libcamera build:\s*(\S+)/m.exec(text)?.[1] ?? 'unknown';
      lines.push({ level: 'ok', what: `${program}: rpicam-apps ${apps}, libcamera ${libcamera}` });
    } catch (error) {
      lines.push({
        level: 'fail',
        what: `${program} does not run: ${errorMessage(error)}`,
        advice: 'reinstall it: `sudo apt install --reinstall rpicam-apps`',
      });
    }
  }
  return lines;
}

/** Text of a short-lived program; killed after five seconds. */
export function outputOf(program: string, args: readonly string[], env: Environment): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...env }, timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 65_536 } as const;
    execFile(program, [...args], options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}
