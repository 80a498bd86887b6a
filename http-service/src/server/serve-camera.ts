// One camera on the network: its app, and a server for each address that it has.

import type { Server } from 'node:http';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { keepOpen, type NameKeeper } from '@soft-stream/shared/names/name-keeper';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createResourceStack } from '@soft-stream/shared/runtime/resource-stack';
import type { Logger } from 'pino';
import type { PortalCameraHandle } from '../camera/open-camera.ts';
import { createApp } from './app.ts';
import { createHttpServer } from './http-server.ts';
import type { InheritedSockets } from './inherited-sockets.ts';
import { listenSocket, listenTcp } from './listen.ts';

export interface ServedCamera extends AsyncDisposable {
  /** null with a unix socket alone */
  readonly port: number | null;
}

export interface ServeOptions {
  /** closed with the servers */
  readonly camera: PortalCameraHandle;
  /** open at once on each of its servers */
  readonly maxConnections: number;
  /** where systemd listens already; default: nowhere */
  readonly inherited?: InheritedSockets;
  readonly names: NameKeeper;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Answers under way may end; then connections are cut. */
const GRACE_MS = 1_000;
/** `camN_bind=none` with a socket: no TCP. */
const NO_TCP = 'none';

/** How many ports and sockets cameras so configured listen on. */
export function countServers(configs: readonly CameraConfig[]): number {
  const counts = configs.map(({ bind, socket }) => Number(bind !== NO_TCP) + Number(socket !== undefined));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** @throws {FatalError} 69 or 78, with the key */
export async function serveCamera(options: ServeOptions): Promise<ServedCamera> {
  const { camera, maxConnections, inherited, names, clock, log } = options;
  const { config } = camera;
  const app = createApp({ camera, clock, log: log.child({ camera: config.camera }) });
  const stack = createResourceStack();
  const servers: Server[] = [];
  let port: number | null = null;

  const addServer = () => {
    const server = createHttpServer({ handler: app.handler, maxConnections, clock });
    servers.push(server);
    return server;
  };
  stack.defer(() => closeServers(servers, clock));
  stack.defer(() => {
    app.close();
    camera.close();
  });
  try {
    if (config.bind !== NO_TCP) {
      port = await listenTcp(addServer(), config, inherited);
      camera.setPort(port);
      log.info({ camera: config.camera, address: config.bind, port }, 'http-service listening');
    }
    if (config.socket !== undefined) {
      const name = await listenSocket(addServer(), config.socket, inherited);
      stack.use(keepOpen(names, `web socket of ${config.camera}`, name));
      log.info({ camera: config.camera, address: config.socket, port: null }, 'http-service listening');
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
  return {
    port,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

/** Streams were ended before: a server with a live one would never close. */
async function closeServers(servers: readonly Server[], clock: Clock): Promise<void> {
  const listening = servers.filter((server) => server.listening);
  const closed = Promise.all(listening.map((server) => new Promise((resolve) => server.close(resolve))));
  const cancel = clock.after(GRACE_MS, () => {
    for (const server of listening) server.closeAllConnections();
  });
  await closed;
  cancel();
}
