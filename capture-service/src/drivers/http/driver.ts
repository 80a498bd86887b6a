// The `http` driver: a camera behind an address. There is nothing to look for: whether it is there, its answer says.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { slotSizes } from '@soft-stream/shared/frames/space';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { CameraDriver } from '../driver.ts';
import { HEAD_WITHIN_MS } from './connection/request.ts';
import { fetchStill } from './still.ts';
import { startHttpStream } from './stream.ts';
import { hostOf, stillTarget, streamTarget } from './targets.ts';

/** A camera that is woken by the request: to its first picture, after the head of its answer. */
const FIRST_FRAME_MS = 10_000;
/** In the dark a camera halves its rate, and again: slow is not silent. */
const SILENT_INTERVALS = 10;

export function createHttpDriver(config: CameraConfig, clock: Clock): CameraDriver {
  const located = { id: hostOf(config), model: 'network camera', index: config.number };
  const { streamSlotBytes, stillSlotBytes } = slotSizes(config);

  return {
    kind: 'http',
    // Other people's cameras may well repeat a frame.
    traits: { frameSize: 'own', framesDiffer: false, hasFullStills: config.http.snapshotUrl !== undefined },
    patience: {
      firstFrameMs: HEAD_WITHIN_MS + FIRST_FRAME_MS,
      betweenFramesMs: (SILENT_INTERVALS * 1_000) / config.fps,
    },
    locate: async () => located,
    async openStream(_located, events) {
      return startHttpStream({
        target: () => streamTarget(config),
        host: located.id,
        camera: config.camera,
        fps: config.fps,
        maxFrameBytes: streamSlotBytes,
        ...{ events, clock },
      });
    },
    async captureStill(_located, request) {
      return fetchStill({ target: await stillTarget(config), maxStillBytes: stillSlotBytes, request, clock });
    },
  };
}
