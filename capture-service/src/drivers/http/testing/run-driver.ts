// The driver with a real clock, and everything that it told.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { createDeferred } from '@soft-stream/shared/runtime/deferred';
import { cameraConfig } from '@soft-stream/shared/testing/camera-config';
import type { StreamEnd } from '../../driver.ts';
import { createHttpDriver } from '../driver.ts';

export const NOTHING: AbortSignal = new AbortController().signal;

export function httpCamera(http: Partial<CameraConfig['http']>, change: Partial<CameraConfig> = {}) {
  return cameraConfig({ driver: 'http', fps: 50, ...change, http });
}

export async function openHttp(config: CameraConfig) {
  const driver = createHttpDriver(config, systemClock);
  const frames: { readonly jpeg: Buffer; readonly size: string; readonly ageMs: number }[] = [];
  const troubles: string[] = [];
  const ended = createDeferred<StreamEnd>();
  let enough = createDeferred();
  let wanted = Number.POSITIVE_INFINITY;
  let alive = 0;
  const located = await driver.locate(NOTHING);
  if (located === undefined) throw new Error('not located');
  const stream = await driver.openStream(
    located,
    {
      frame({ jpeg, width, height, monotonicNs }) {
        const ageMs = Number(systemClock.monotonicNs() - monotonicNs) / 1e6;
        frames.push({ jpeg: Buffer.from(jpeg), size: `${width}x${height}`, ageMs });
        if (frames.length >= wanted) enough.resolve();
      },
      focus() {},
      trouble: (cause, message) => troubles.push(`${cause}: ${message}`),
      alive: () => {
        alive += 1;
      },
      end: ended.resolve,
    },
    NOTHING,
  );
  return {
    ...{ driver, located, stream, frames, troubles },
    ended: ended.promise,
    get alive() {
      return alive;
    },
    async untilFrames(count: number) {
      enough = createDeferred();
      wanted = count;
      if (frames.length < count) {
        const end = await Promise.race([enough.promise, ended.promise]);
        if (end !== undefined) throw new Error(`ended: ${end.cause}: ${end.message}`);
      }
    },
  };
}
