// What the web side may do with the cameras, for one connection.

import { type BrokerMethods, RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import { BROKER_PARAMS } from '@soft-stream/shared/api/broker-messages';
import type { MethodTable } from '@soft-stream/shared/rpc/methods';
import { RpcError } from '@soft-stream/shared/rpc/rpc-error';
import { serveMethods } from '@soft-stream/shared/rpc/typed-methods';
import type { Camera } from '../camera/camera-api.ts';
import { asRpcError } from '../errors/rpc-refusal.ts';
import type { RateLimits } from './rate-limits.ts';

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
    if (camera === undefined) throw new RpcError(RPC_ERRORS.unknownCamera, `camera ${name} not found`);
    return camera;
  };

  return serveMethods<BrokerMethods>(BROKER_PARAMS, {
    cameras: () => ({ version: 1, cameras: [...cameras.values()].map(describeCamera) }),
    status() {
      limits.check('status', 'all');
      return { version: 1, cameras: [...cameras.values()].map((camera) => camera.status()) };
    },
    'lease.open'({ camera: name, viewers }) {
      const camera = find(name);
      limits.check('lease', name);
      openLease(name, viewers);
      return camera.status();
    },
    'lease.close'({ camera: name }) {
      const camera = find(name);
      closeLease(name);
      return camera.status();
    },
    async still({ camera: name, full, notBeforeMs }, { signal }) {
      const camera = find(name);
      limits.check('still', name);
      try {
        return await camera.still({ full, notBeforeMs }, signal);
      } catch (error) {
        throw asRpcError(error);
      }
    },
    controls: ({ camera: name }) => find(name).controls.describe(),
    'controls.set': ({ camera: name, values }) => find(name).controls.set(values, 'page'),
    'controls.reset': ({ camera: name, name: control }) => find(name).controls.reset(control, 'page'),
    autofocus({ camera: name }) {
      const camera = find(name);
      limits.check('autofocus', name);
      try {
        return camera.autofocus();
      } catch (error) {
        throw asRpcError(error);
      }
    },
  });
}

function describeCamera(camera: Camera) {
  const { object, requested, name } = camera.status();
  return { camera: camera.config.camera, name, objectName: object.name, requested };
}
