// What `camctl doctor` can say about the machine's side of rpicam cameras: each line ok, warn or fail with what to do.

import type { DoctorLine, SeenCamera } from '@soft-stream/shared/api/control-api';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { RpicamHost } from '../listing/host.ts';
import { cmaLines } from './cma-memory.ts';
import { deviceNodeLines } from './device-nodes.ts';
import { releaseLines, temperatureLines } from './machine.ts';
import { describeSeenCameras } from './seen-cameras.ts';
import { versionLines } from './versions.ts';

export interface RpicamDoctorOptions {
  readonly host: RpicamHost;
  readonly cameras: readonly CameraConfig[];
  /** `/` but in tests */
  readonly root?: string;
  readonly signal?: AbortSignal;
}

/** Lists the cameras, so a camera that is just starting is waited for. */
export async function examineRpicam({ host, cameras, root = '/', signal }: RpicamDoctorOptions): Promise<DoctorLine[]> {
  const [versions, seen] = [await versionLines(host), await seenLines(host, cameras, signal)];
  const machine = [...releaseLines(root), ...(await temperatureLines(root, host.programs.env))];
  return [...versions, parentDeathLine(host), ...seen, ...deviceNodeLines(root), ...cmaLines(root), ...machine];
}

function parentDeathLine({ programs }: RpicamHost): DoctorLine {
  if (programs.setpriv !== undefined)
    return { level: 'ok', what: `camera programs die with this service (${programs.setpriv})` };
  return {
    level: 'warn',
    what: 'setpriv is missing: a camera program could outlive this service and keep its camera',
    advice: 'install util-linux',
  };
}

async function seenLines(
  host: RpicamHost,
  cameras: readonly CameraConfig[],
  signal: AbortSignal | undefined,
): Promise<DoctorLine[]> {
  try {
    const seen = describeSeenCameras(await host.list(signal), cameras, host.identify);
    return [
      ...seen.map(seenLine),
      ...cameras.filter((each) => each.driver === 'rpicam').map((each) => configuredLine(each, seen)),
    ];
  } catch (error) {
    return [{ level: 'fail', what: errorMessage(error), advice: 'run `rpicam-hello --list-cameras` as the same user' }];
  }
}

function seenLine(seen: SeenCamera): DoctorLine {
  const what = `camera ${seen.index}: ${seen.model} ${seen.id}`;
  if (seen.camera !== null) return { level: 'ok', what: `${what} is ${seen.camera}` };
  return { level: 'warn', what: `${what} is not configured`, advice: `add ${seen.idLine}` };
}

function configuredLine(config: CameraConfig, seen: readonly SeenCamera[]): DoctorLine {
  const wanted = config.id === undefined ? `index ${config.index}` : `id ${config.id}`;
  const found = seen.find((each) => each.camera === config.camera);
  if (found === undefined) {
    return {
      level: 'fail',
      what: `${config.camera} (${wanted}) not found`,
      advice:
        'power off, reseat the cable at both ends; after a change of sensor check dtoverlay or camera_auto_detect',
    };
  }
  if (config.id !== undefined) return { level: 'ok', what: `${config.camera} (${wanted}) is there` };
  return {
    level: 'warn',
    what: `${config.camera} is selected by index, which changes when another camera is missing`,
    advice: `set ${found.idLine}`,
  };
}
