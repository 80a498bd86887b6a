// Routes on a real HTTP server on a free port, for their tests.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';

export interface ServedRoutes extends AsyncDisposable {
  readonly port: number;
  /** ends in a slash */
  readonly url: string;
}

export async function serveRoutes(register: (router: Router) => void): Promise<ServedRoutes> {
  const app = new Koa();
  const router = new Router();
  register(router);
  app.use(router.routes());
  app.use(router.allowedMethods());
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
