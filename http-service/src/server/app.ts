// The web face of one camera: its routes, behind the rules that every request passes.

import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { createFocusMeter } from '../focus-meter/focus-meter.ts';
import { measureFocus } from '../focus-meter/measure-focus.ts';
import { registerAutofocus } from '../routes/autofocus.ts';
import { registerCameraStreamer } from '../routes/camera-streamer.ts';
import { registerControls } from '../routes/controls.ts';
import { registerEvents } from '../routes/events.ts';
import { registerMetrics } from '../routes/metrics.ts';
import { mjpgStreamerNames } from '../routes/mjpg-streamer.ts';
import { registerPortal } from '../routes/portal.ts';
import { registerSnapshot } from '../routes/snapshot.ts';
import { registerStatus } from '../routes/status.ts';
import { registerStream } from '../routes/stream.ts';
import { registerWebrtc } from '../routes/webrtc.ts';
import { registerWhep } from '../routes/whep.ts';
import { allowEmbedding } from '../rules/response-headers.ts';
import { createRuledApp } from './ruled-app.ts';

export interface AppOptions {
  readonly camera: PortalCamera;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface WebApp {
  /** for an http.Server of the caller's */
  readonly handler: RequestListener;
  /** Ends the event streams and what listens to the camera; picture streams end with their camera. */
  close(): void;
}

export function createApp({ camera, clock, log }: AppOptions): WebApp {
  const router = new Router();
  registerStream(router, camera, clock);
  registerSnapshot(router, camera);
  registerStatus(router, camera);
  registerAutofocus(router, camera);
  registerControls(router, camera, clock);
  registerPortal(router, camera);
  registerWebrtc(router, camera);
  registerWhep(router, camera, clock);
  registerCameraStreamer(router, camera, clock);
  const stopMetrics = registerMetrics(router, camera);
  const focusMeter = createFocusMeter({
    reported: () => camera.status().focusFigure,
    glance: camera.glance,
    measure: measureFocus,
    clock,
    log,
  });
  const events = registerEvents(router, camera, focusMeter, clock);

  const app = createRuledApp(camera.app.allowedHosts, log);
  app.use(allowEmbedding(camera.app.allowOrigin));
  app.use(mjpgStreamerNames(camera, clock));
  app.use(router.routes());
  app.use(router.allowedMethods());
  const close = () => {
    events.close();
    stopMetrics();
  };
  return { handler: app.callback(), close };
}
