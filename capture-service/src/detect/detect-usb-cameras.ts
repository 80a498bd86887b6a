// For a start without any setting of a camera: the USB cameras that are there, when there is no CSI camera.

import { kindsOf } from '@soft-stream/shared/config/capture-roles';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { Environment } from '../drivers/child-process/programs.ts';
import { bestId, doubledIdentities, firstNodes } from '../drivers/v4l2/devices/identify.ts';
import { readVideoDevices } from '../drivers/v4l2/devices/read-devices.ts';
import { rootsOf } from '../drivers/v4l2/family.ts';
import { openFamily } from '../service/driver-families.ts';

export interface DetectedCamera {
  /** `cam0` */
  readonly camera: string;
  readonly model: string;
  /** settings by key */
  readonly settings: Readonly<Record<string, string>>;
}

/** In order of port; empty where CSI cameras are, or may be. Never throws. */
export async function detectUsbCameras(
  env: Environment,
  clock: Clock,
  log: Logger,
): Promise<readonly DetectedCamera[]> {
  const devices = readVideoDevices(rootsOf(env));
  const cameras = firstNodes(devices).filter(({ usb }) => usb !== undefined);
  if (cameras.length === 0 || (await mayHaveCsiCameras(env, clock, log))) return [];
  const doubled = new Set(doubledIdentities(devices));
  return cameras.map((device, number) => ({
    camera: `cam${number}`,
    model: device.model,
    settings: {
      [`cam${number}_driver`]: 'v4l2',
      [`cam${number}_id`]: bestId(device, (identity) => doubled.has(identity)),
      [`cam${number}_name`]: device.model,
    },
  }));
}

async function mayHaveCsiCameras(env: Environment, clock: Clock, log: Logger): Promise<boolean> {
  const options = { env, kinds: kindsOf('devices'), cameras: [], allCameras: [], clock, log, devicesChanged() {} };
  try {
    await using family = await openFamily('rpicam', options);
    return await family.listCameras(new AbortController().signal).then(
      (seen) => seen.length > 0,
      // Listing failed: their start will say why.
      () => true,
    );
  } catch {
    // ERR_PROGRAM_MISSING: no rpicam-apps, no CSI camera
    return false;
  }
}
