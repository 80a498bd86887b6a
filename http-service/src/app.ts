// The web face of one camera: Koa, the rules every request passes, and the routes. One app per camera and listener.

import Router from '@koa/router';
import Koa from 'koa';
import type { Logger } from 'pino';
import type { CameraView } from './camera/camera-view.ts';

export interface AppOptions {
  readonly view: CameraView;
  readonly log: Logger;
}

/** Constructing does nothing: the caller listens with `app.callback()` and closes what it opened. */
export function createApp({ view }: AppOptions): Koa {
  const app = new Koa();
  const router = new Router();
  // routes/portal.ts, webrtc.ts, events.ts and metrics.ts register here: registerPortal(router, view) and so on
  router.get('/healthz', (context) => {
    context.body = { ok: true, camera: view.config.camera };
  });
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}
