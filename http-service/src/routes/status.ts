// `/status` and `/healthz`: what is true of the camera, and that this process lives.

import type Router from '@koa/router';
import type { PortalCamera } from '../camera/portal-camera.ts';

export function registerStatus(router: Router, camera: PortalCamera): void {
  router.get('/status', async (context) => {
    context.set('Cache-Control', 'no-store');
    context.body = await camera.freshStatus();
  });

  // Says nothing of the camera or of capture: restarting this process would help neither.
  router.get('/healthz', (context) => {
    context.set('Cache-Control', 'no-store');
    context.body = { ok: true, camera: camera.config.camera };
  });
}
