// The look at all cameras when the service starts: is any of them there?

import type { AppConfig } from '@soft-stream/shared/config/camera-config';
import { EXIT, FatalError } from '@soft-stream/shared/runtime/errors';
import type { Camera } from '../camera/camera-api.ts';

/**
 * Looks for every camera, so that its state says whether it is there.
 * @throws {FatalError} 66 when listing worked and none of them is there, unless the configuration says to wait
 */
export async function lookForAll(
  cameras: readonly Camera[],
  exit66: AppConfig['exit66'],
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(cameras.map((camera) => camera.look(signal)));
  const areAllAbsent = cameras.every((camera) => camera.status().state === 'absent');
  if (!areAllAbsent || exit66 === 'wait') return;
  if (cameras.length === 0) {
    const message = 'no camera of this machine is configured: those behind addresses belong to --role network';
    throw new FatalError(EXIT.noCamera, 'ERR_NO_CAMERA', message);
  }
  const wanted = cameras.map(({ config }) => `${config.camera} (${config.id ?? `index ${config.index}`})`);
  throw new FatalError(
    EXIT.noCamera,
    'ERR_NO_CAMERA',
    `none of the configured cameras was found: ${wanted.join(', ')}; see camctl cameras, camctl doctor`,
  );
}
