// What libcamera sees, next to what is configured, with id lines ready to paste: pure.

import type { SeenCamera } from '@soft-stream/shared/api/control-api';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { ListedCamera } from '../listing/list-cameras.ts';

/** @param identify may throw for an ambiguous id: that camera then serves nobody */
export function describeSeenCameras(
  seen: readonly ListedCamera[],
  cameras: readonly CameraConfig[],
  identify: (config: CameraConfig, seen: readonly ListedCamera[]) => ListedCamera | undefined,
): SeenCamera[] {
  const served = new Map<string, string>();
  for (const config of cameras.filter((each) => each.driver === 'rpicam')) {
    try {
      const found = identify(config, seen);
      if (found) served.set(found.id, config.camera);
    } catch {
      // ERR_AMBIGUOUS_CAMERA: its own start says so
    }
  }
  const taken = new Set(cameras.map((each) => each.number));
  const nextFree = () => {
    let number = 0;
    while (taken.has(number)) number++;
    taken.add(number);
    return `cam${number}`;
  };
  return seen.map(({ index, id, model, width, height, modes }) => {
    const camera = served.get(id) ?? null;
    return { index, id, model, width, height, modes, camera, idLine: `${camera ?? nextFree()}_id=${id}` };
  });
}
