// The wall on the network. It is an addition to the cameras: where its usual port is another program's and the owner has
// not chosen it, there is no wall, and the cameras are served all the same.

import type { NameKeeper } from '@soft-stream/shared/names/name-keeper';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { Logger } from 'pino';
import type { Wall } from '../wall/wall.ts';
import type { InheritedSockets } from './inherited-sockets.ts';
import { type ServedSite, serveSite } from './serve-site.ts';
import { createWallApp } from './wall-app.ts';

export interface ServeWallOptions {
  /** closed with the servers */
  readonly wall: Wall;
  readonly maxConnections: number;
  readonly inherited?: InheritedSockets;
  readonly names: NameKeeper;
  readonly clock: Clock;
  readonly log: Logger;
}

const NOWHERE: ServedSite = { port: null, [Symbol.asyncDispose]: () => Promise.resolve() };

/** @throws {FatalError} 69 or 78, with the key, where the owner chose the port */
export async function serveWall(options: ServeWallOptions): Promise<ServedSite> {
  const { wall, maxConnections, inherited, names, clock, log } = options;
  const settings = wall.app.wall;
  try {
    return await serveSite({
      name: 'wall',
      address: settings,
      handler: createWallApp({ wall, clock, log }),
      close: wall.close,
      onListening(address, port) {
        if (port !== null) wall.setPort(port);
        log.info({ address, port }, 'wall listening');
      },
      maxConnections,
      inherited,
      names,
      clock,
      log,
    });
  } catch (error) {
    if (settings.isPortChosen) throw error;
    log.warn({ reason: errorMessage(error), port: settings.port }, 'no wall: set wall_port, or wall=0');
    return NOWHERE;
  }
}
