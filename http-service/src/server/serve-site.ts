// One site on the network, a camera's or the wall: a server for each address that it has.

import type { RequestListener, Server } from 'node:http';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { keepOpen, type NameKeeper } from '@soft-stream/shared/names/name-keeper';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createResourceStack } from '@soft-stream/shared/runtime/resource-stack';
import type { Logger } from 'pino';
import { createHttpServer } from './http-server.ts';
import type { InheritedSockets } from './inherited-sockets.ts';
import { listenSocket, listenTcp } from './listen.ts';

/** Where a site is: `none` for `bind` is no TCP. */
export type SiteAddress = Pick<CameraConfig, 'bind' | 'port' | 'socket'>;

export interface ServedSite extends AsyncDisposable {
  /** null with a unix socket alone */
  readonly port: number | null;
}

export interface SiteOptions {
  /** what its keys begin with: `cam0`, `wall` */
  readonly name: string;
  readonly address: SiteAddress;
  readonly handler: RequestListener;
  /** Ends what never ends by itself; called before the servers close. */
  close(): void;
  /** once for each address; port null: a unix socket */
  onListening(address: string, port: number | null): void;
  /** open at once on each of its servers */
  readonly maxConnections: number;
  /** where systemd listens already; default: nowhere */
  readonly inherited: InheritedSockets | undefined;
  readonly names: NameKeeper;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Answers under way may end; then connections are cut. */
const GRACE_MS = 1_000;
const NO_TCP = 'none';

/** How many ports and sockets sites at these addresses listen on. */
export function countServers(addresses: readonly Pick<SiteAddress, 'bind' | 'socket'>[]): number {
  const counts = addresses.map(({ bind, socket }) => Number(bind !== NO_TCP) + Number(socket !== undefined));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** @throws {FatalError} 69 or 78, with the key */
export async function serveSite(options: SiteOptions): Promise<ServedSite> {
  const { name, address, handler, close, onListening, maxConnections, inherited, names, clock } = options;
  const { bind, socket } = address;
  const stack = createResourceStack();
  const servers: Server[] = [];
  let port: number | null = null;

  const addServer = () => {
    const server = createHttpServer({ handler, maxConnections, clock });
    servers.push(server);
    return server;
  };
  stack.defer(() => closeServers(servers, clock));
  stack.defer(close);
  try {
    if (bind !== NO_TCP) {
      port = await listenTcp(addServer(), { camera: name, bind, port: address.port }, inherited);
      onListening(bind, port);
    }
    if (socket !== undefined) {
      const opened = await listenSocket(addServer(), socket, inherited);
      stack.use(keepOpen(names, `web socket of ${name}`, opened));
      onListening(socket, null);
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
  return { port, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
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
