// What `camctl doctor` says about USB cameras: each line ok, warn or fail with what to do.

import { accessSync, constants } from 'node:fs';
import type { DoctorLine, SeenCamera } from '@soft-stream/shared/api/control-api';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import { runV4l2Ctl } from '../process/run-tool.ts';
import type { V4l2Host } from './host.ts';
import { describeUsbCameras } from './seen-cameras.ts';

export async function examineV4l2(
  host: V4l2Host,
  cameras: readonly CameraConfig[],
  signal: AbortSignal,
): Promise<DoctorLine[]> {
  const seen = await describeUsbCameras(host, cameras, signal);
  return [
    await versionLine(host, signal),
    ...seen.map(seenLine),
    ...cameras.filter(({ driver }) => driver === 'v4l2').flatMap((config) => configuredLines(host, config)),
  ];
}

async function versionLine(host: V4l2Host, signal: AbortSignal): Promise<DoctorLine> {
  const { stdout, exitCode } = await runV4l2Ctl(host, ['--version'], signal);
  if (exitCode === 0) return { level: 'ok', what: `${host.programs.v4l2Ctl}: ${stdout.split('\n')[0]}` };
  const advice = 'reinstall it: `sudo apt install --reinstall v4l-utils`';
  return { level: 'fail', what: `${host.programs.v4l2Ctl} does not run`, advice };
}

function seenLine({ index, model, id, camera, idLine, modes }: SeenCamera): DoctorLine {
  const what = `USB camera ${index}: ${model} ${id} (${modes[0]})`;
  if (camera !== null) return { level: 'ok', what: `${what} is ${camera}` };
  const key = idLine.slice(0, idLine.indexOf('_'));
  return { level: 'warn', what: `${what} is not configured`, advice: `add ${key}_driver=v4l2 and ${idLine}` };
}

function configuredLines(host: V4l2Host, config: CameraConfig): DoctorLine[] {
  const wanted = `${config.camera} (${config.id ?? `index ${config.index}`})`;
  try {
    const device = host.find(config);
    if (device === undefined) {
      const advice = 'plug it in; `camctl cameras` lists what is there';
      return [{ level: 'fail', what: `${wanted} not found`, advice }];
    }
    accessSync(device.node, constants.R_OK | constants.W_OK);
    return [{ level: 'ok', what: `${wanted} is ${device.node}, readable and writable` }];
  } catch (error) {
    const isAmbiguous = errorMessage(error).includes('more than one camera');
    const advice = isAmbiguous ? 'set the port' : 'add the user of this service to group video';
    return [{ level: 'fail', what: `${wanted}: ${errorMessage(error)}`, advice }];
  }
}
