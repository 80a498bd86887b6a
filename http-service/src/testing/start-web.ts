// One camera of http-service on a free port, as main.ts would open it, for tests.

import type { AppConfig, CameraConfig } from '@soft-stream/shared/config/camera-config';
import { createNameKeeper } from '@soft-stream/shared/names/name-keeper';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { createResourceStack } from '@soft-stream/shared/runtime/resource-stack';
import { pino } from 'pino';
import { openBrokerLink } from '../broker/broker-link.ts';
import { openCamera, type PortalCameraHandle } from '../camera/open-camera.ts';
import { serveCamera } from '../server/serve-camera.ts';
import { createWorkQueue } from '../snapshot/work-queue.ts';
import { createVideoService } from '../video/host/video-service.ts';
import { sampleCamera, sampleMonitor } from './sample-monitor.ts';

export interface Web extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly camera: PortalCameraHandle;
}

export interface WebOptions {
  readonly runDir: string;
  readonly camera?: Partial<CameraConfig>;
  readonly app?: Partial<AppConfig>;
}

/** 320x240 at 15 frames a second, so that drawing is quick. */
export async function startWeb({ runDir, camera: change = {}, app: appChange = {} }: WebOptions): Promise<Web> {
  const config = sampleCamera(0, { port: 0, width: 320, height: 240, ...change });
  const app = { ...sampleMonitor([config]).app, runDir, ...appChange };
  const log = pino({ level: 'silent' });
  const clock = systemClock;
  const stack = createResourceStack();
  const names = stack.use(createNameKeeper({ clock, log }));
  const link = stack.use(openBrokerLink({ runDir, clock, log }));
  const camera: PortalCameraHandle = openCamera({
    config,
    app,
    link,
    scaling: createWorkQueue({ concurrency: 1, waiting: 4 }),
    video: stack.use(createVideoService({ app, env: {}, clock, log })),
    totalViewers: () => camera.viewerCount,
    service: { version: '1.0.0', startedAtMs: Date.now() },
    clock,
    log,
  });
  const { port } = stack.use(await serveCamera({ camera, maxConnections: 300, names, clock, log }));
  if (port === null) throw new Error('no TCP port in this test');
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    camera,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}
