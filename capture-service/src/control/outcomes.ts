// One answer per camera to what an operator asked of one or all of them: a failing camera never hides the others.

import { RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import type { CameraOutcome, CameraSelection } from '@soft-stream/shared/api/control-api';
import { RpcError } from '@soft-stream/shared/rpc/rpc-error';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { Camera } from '../camera/camera-api.ts';

export type Cameras = ReadonlyMap<string, Camera>;

/** @throws {RpcError} 1001 for a camera that is not configured */
export function findCamera(cameras: Cameras, name: string): Camera {
  const camera = cameras.get(name);
  if (camera !== undefined) return camera;
  throw new RpcError(
    RPC_ERRORS.unknownCamera,
    `camera ${name} not found; configured: ${[...cameras.keys()].join(', ')}`,
  );
}

/** @throws {RpcError} 1001 for a camera that is not configured */
export function selectCameras(cameras: Cameras, { camera }: CameraSelection): readonly Camera[] {
  return camera === null ? [...cameras.values()] : [findCamera(cameras, camera)];
}

/** @param act says for people what was done; throws for what was not */
export function outcomes(
  cameras: readonly Camera[],
  act: (camera: Camera) => string | Promise<string>,
): Promise<readonly CameraOutcome[]> {
  return Promise.all(
    cameras.map(async (camera) => {
      const name = camera.config.camera;
      try {
        return { camera: name, ok: true, message: await act(camera) };
      } catch (error) {
        return { camera: name, ok: false, message: errorMessage(error) };
      }
    }),
  );
}
