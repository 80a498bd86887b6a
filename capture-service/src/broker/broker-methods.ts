// What the web side may do with the cameras, for one connection.

import { type BrokerMethods, RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import { cameraName } from '@soft-stream/shared/api/camera-name';
import type { MethodTable } from '@soft-stream/shared/rpc/methods';
import { flag, integer, number, readNoParams, readParams } from '@soft-stream/shared/rpc/params';
import { RpcError } from '@soft-stream/shared/rpc/rpc-error';
import type { Camera } from '../camera/camera-api.ts';
import { asRpcError } from '../errors/rpc-refusal.ts';
import type { RateLimits } from './rate-limits.ts';

/** viewers behind one lease */
const MAX_VIEWERS = 100_000;

export interface BrokerMethodOptions {
  readonly cameras: ReadonlyMap<string, Camera>;
  readonly limits: RateLimits;
  openLease(camera: string, viewers: number): void;
  closeLease(camera: string): void;
}

export function brokerMethods(options: BrokerMethodOptions): MethodTable<BrokerMethods> {
  const { cameras, limits, openLease, closeLease } = options;
  const find = (name: string): Camera => {
    const camera = cameras.get(name);
    if (camera === undefined) throw new RpcError(RPC_ERRORS.unknownCamera, `there is no ${name}`);
    return camera;
  };

  return {
    cameras(params) {
      readNoParams(params);
      return { version: 1, cameras: [...cameras.values()].map(describeCamera) };
    },
    status(params) {
      readNoParams(params);
      return { version: 1, cameras: [...cameras.values()].map((camera) => camera.status()) };
    },
    'lease.open'(params) {
      const { camera: name, viewers } = readParams(params, { camera: cameraName, viewers: integer(0, MAX_VIEWERS) });
      const camera = find(name);
      limits.check('lease', name);
      openLease(name, viewers);
      return camera.status();
    },
    'lease.close'(params) {
      const camera = find(readParams(params, { camera: cameraName }).camera);
      closeLease(camera.config.camera);
      return camera.status();
    },
    async still(params, { signal }) {
      const shape = { camera: cameraName, full: flag, notBeforeMs: number(0, Number.MAX_SAFE_INTEGER) };
      const { camera: name, full, notBeforeMs } = readParams(params, shape);
      const camera = find(name);
      limits.check('still', name);
      try {
        return await camera.still({ full, notBeforeMs }, signal);
      } catch (error) {
        throw asRpcError(error);
      }
    },
    autofocus(params) {
      const camera = find(readParams(params, { camera: cameraName }).camera);
      limits.check('autofocus', camera.config.camera);
      try {
        return camera.autofocus();
      } catch (error) {
        throw asRpcError(error);
      }
    },
  };
}

function describeCamera(camera: Camera) {
  const { object, requested, name } = camera.status();
  return { camera: camera.config.camera, name, objectName: object.name, requested };
}
