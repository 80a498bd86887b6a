// One camera on the network: its app at its addresses.

import type { NameKeeper } from '@soft-stream/shared/names/name-keeper';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { PortalCameraHandle } from '../camera/open-camera.ts';
import { createApp } from './app.ts';
import type { InheritedSockets } from './inherited-sockets.ts';
import { type ServedSite, serveSite } from './serve-site.ts';

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

/** @throws {FatalError} 69 or 78, with the key */
export function serveCamera(options: ServeOptions): Promise<ServedSite> {
  const { camera, maxConnections, inherited, names, clock, log } = options;
  const name = camera.config.camera;
  const app = createApp({ camera, clock, log: log.child({ camera: name }) });
  return serveSite({
    name,
    address: camera.config,
    handler: app.handler,
    close() {
      app.close();
      camera.close();
    },
    onListening(address, port) {
      if (port !== null) camera.setPort(port);
      log.info({ camera: name, address, port }, 'http-service listening');
    },
    maxConnections,
    inherited,
    names,
    clock,
    log,
  });
}
