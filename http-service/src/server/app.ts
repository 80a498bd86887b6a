// The web face of one camera: Koa, the rules every request passes, and the routes.

import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import Koa from 'koa';
import type { Logger } from 'pino';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { answerError, answerNotFound } from '../errors/error-response.ts';
import { registerAutofocus } from '../routes/autofocus.ts';
import { registerCameraStreamer } from '../routes/camera-streamer.ts';
import { registerEvents } from '../routes/events.ts';
import { registerMetrics } from '../routes/metrics.ts';
import { mjpgStreamerNames } from '../routes/mjpg-streamer.ts';
import { registerPortal } from '../routes/portal.ts';
import { registerSnapshot } from '../routes/snapshot.ts';
import { registerStatus } from '../routes/status.ts';
import { endsStream, registerStream } from '../routes/stream.ts';
import { registerWebrtc } from '../routes/webrtc.ts';
import { registerWhep } from '../routes/whep.ts';
import { requireHost } from '../rules/host-middleware.ts';
import { normalisePath } from '../rules/request-path.ts';
import { allowEmbedding, setSecurityHeaders } from '../rules/response-headers.ts';

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
  const app = new Koa();
  const router = new Router();
  registerStream(router, camera, clock);
  registerSnapshot(router, camera);
  registerStatus(router, camera);
  registerAutofocus(router, camera);
  registerPortal(router, camera);
  registerWebrtc(router, camera);
  registerWhep(router, camera, clock);
  registerCameraStreamer(router, camera, clock);
  const stopMetrics = registerMetrics(router, camera);
  const events = registerEvents(router, camera, clock);

  app.use(async (context, next) => {
    if (endsStream(context)) return;
    try {
      setSecurityHeaders(context);
      requireHost(context, camera.app.allowedHosts);
      normalisePath(context);
      await next();
      answerNotFound(context);
    } catch (error) {
      answerError(context, error, log);
    }
  });
  app.use(allowEmbedding(camera.app.allowOrigin));
  app.use(mjpgStreamerNames(camera, clock));
  app.use(router.routes());
  app.use(router.allowedMethods());
  // A visitor who leaves in the middle of an answer is no news; what fails otherwise is logged by answerError.
  app.on('error', (err) => log.debug({ err }, 'answer not finished'));
  const close = () => {
    events.close();
    stopMetrics();
  };
  return { handler: app.callback(), close };
}
