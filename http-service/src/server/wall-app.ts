// The web face of the wall: its routes, behind the rules that every request passes.

import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import { registerPageFiles } from '../routes/page-files.ts';
import type { Wall } from '../wall/wall.ts';
import { registerWall } from '../wall/wall-routes.ts';
import { createRuledApp } from './ruled-app.ts';

export interface WallAppOptions {
  readonly wall: Wall;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createWallApp({ wall, clock, log }: WallAppOptions): RequestListener {
  const router = new Router();
  registerWall(router, wall, clock);
  registerPageFiles(router);
  const app = createRuledApp(wall.app.allowedHosts, log);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app.callback();
}
