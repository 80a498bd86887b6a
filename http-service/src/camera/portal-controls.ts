// The controls of one camera as the routes use them: capture holds, checks and answers; nothing is decided here.

import type { ControlChanges } from '@soft-stream/shared/api/controls';
import type { BrokerLink } from '../broker/broker-link.ts';
import { problemFromRpc } from '../broker/rpc-problem.ts';
import type { PortalControls } from './portal-camera.ts';

const TIMEOUT_MS = 5_000;

export interface PortalControlsHandle extends PortalControls {
  heard(changes: ControlChanges): void;
  onChange(listener: (changes: ControlChanges) => void): () => void;
}

export function createPortalControls(camera: string, link: BrokerLink): PortalControlsHandle {
  const listeners = new Set<(changes: ControlChanges) => void>();
  const ask = async <T>(request: () => Promise<T>): Promise<T> => {
    try {
      await link.untilExpected(TIMEOUT_MS);
      return await request();
    } catch (error) {
      throw problemFromRpc(error);
    }
  };
  return {
    get: () => ask(() => link.request('controls', { camera }, TIMEOUT_MS)),
    set: (values) => ask(() => link.request('controls.set', { camera, values }, TIMEOUT_MS)),
    reset: (name) => ask(() => link.request('controls.reset', { camera, name }, TIMEOUT_MS)),
    heard(changes) {
      for (const listener of listeners) listener(changes);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
