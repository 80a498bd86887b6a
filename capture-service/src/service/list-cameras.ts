// Every camera of this machine, of whatever kind, configured or not: `camctl cameras`.

import type { SeenCamera } from '@soft-stream/shared/api/control-api';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { DriverFamily } from '../drivers/driver-family.ts';
import { type FamiliesOptions, openFamily } from './driver-families.ts';

/** Kinds that nobody configured are looked at too, where their programs are installed. */
export async function listAllCameras(
  families: readonly DriverFamily[],
  { log, ...options }: FamiliesOptions,
  signal: AbortSignal,
): Promise<readonly SeenCamera[]> {
  const seen = (await Promise.all(families.map((family) => family.listCameras(signal)))).flat();
  for (const kind of options.kinds) {
    if (families.some((family) => family.kind === kind)) continue;
    try {
      await using family = await openFamily(kind, { ...options, log, cameras: [], devicesChanged() {} });
      seen.push(...(await family.listCameras(signal)));
    } catch (error) {
      signal.throwIfAborted();
      // Its programs are missing, mostly: nobody asked for this kind.
      log.debug({ kind, reason: errorMessage(error) }, 'cameras of this kind cannot be listed');
    }
  }
  return numberUnconfigured(seen, options.allCameras);
}

/** Each kind counted its own free numbers. */
function numberUnconfigured(seen: readonly SeenCamera[], configured: readonly CameraConfig[]): SeenCamera[] {
  const taken = new Set(configured.map(({ number }) => number));
  return seen.map((each) => {
    if (each.camera !== null) return each;
    let number = 0;
    while (taken.has(number)) number++;
    taken.add(number);
    return { ...each, idLine: each.idLine.replace(/^cam\d+_/, `cam${number}_`) };
  });
}
