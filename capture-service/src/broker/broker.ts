// broker.sock: the web side's connections, their leases, and the messages that they get.

import { join } from 'node:path';
import type { BrokerNotifications } from '@soft-stream/shared/api/broker-api';
import { readPingId } from '@soft-stream/shared/api/broker-messages';
import { PRODUCT_VERSION, readHello, versionDifference } from '@soft-stream/shared/api/versions';
import { keepOpen, type NameKeeper } from '@soft-stream/shared/names/name-keeper';
import type { NoMethods } from '@soft-stream/shared/rpc/methods';
import { createPeer, type RpcPeer } from '@soft-stream/shared/rpc/peer';
import { listenUnix } from '@soft-stream/shared/rpc/server';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { quietLog } from '@soft-stream/shared/runtime/quiet-log';
import type { Logger } from 'pino';
import type { Camera } from '../camera/camera-api.ts';
import { createLeases, type LeaseHolder } from '../demand/leases.ts';
import type { CameraEvents } from '../events/camera-events.ts';
import { brokerMethods } from './broker-methods.ts';
import { createRateLimits } from './rate-limits.ts';
import type { WebVersions } from './web-versions.ts';

export interface BrokerOptions {
  readonly runDir: string;
  readonly cameras: ReadonlyMap<string, Camera>;
  readonly cameraEvents: CameraEvents;
  readonly names: NameKeeper;
  /** kept true of the connections that use the cameras */
  readonly versions: WebVersions;
  readonly clock: Clock;
  readonly log: Logger;
}

interface WebSide extends LeaseHolder {
  readonly peer: RpcPeer<NoMethods, BrokerNotifications>;
  /** undefined: it has not said anything of it */
  version: string | null | undefined;
}

/** One http-service per instance, one that takes over from it, and people who look. */
const MAX_CONNECTIONS = 16;
/** Group and owner: group http in an installation, by the setgid bit of the run directory. */
const SOCKET_MODE = 0o660;

export function brokerPath(runDir: string): string {
  return join(runDir, 'broker.sock');
}

/** @throws {FatalError} 69, 78 */
export async function openBroker(options: BrokerOptions): Promise<AsyncDisposable> {
  const { runDir, cameras, cameraEvents, names, versions, clock } = options;
  const log = quietLog(options.log, clock);
  const connected = new Set<WebSide>();
  const leases = createLeases<WebSide>(clock, (camera, count, viewers) =>
    cameras.get(camera)?.setLeases(count, viewers),
  );

  /** Once for each connection. */
  const takeVersion = (webSide: WebSide, version: string | null) => {
    webSide.version = version;
    versions.set(webSide, version);
    const difference = versionDifference('capture-service', 'http-service', version);
    if (difference !== null) log.warn({ httpVersion: version, version: PRODUCT_VERSION }, difference);
  };

  cameraEvents.add({
    frame(frame) {
      for (const { peer } of leases.holdersOf(frame.camera)) peer.notify('frame', frame, { droppable: true });
    },
    controls(changes) {
      for (const { peer } of connected) peer.notify('controls', changes);
    },
    status(status) {
      for (const { peer } of connected) peer.notify('state', status);
    },
  });

  const server = await listenUnix({
    path: brokerPath(runDir),
    mode: SOCKET_MODE,
    maxConnections: MAX_CONNECTIONS,
    log,
    onConnection(socket) {
      const peer = createPeer<NoMethods, BrokerNotifications>({
        socket,
        clock,
        log,
        methods: {
          ...brokerMethods({
            cameras,
            limits: createRateLimits(clock),
            openLease: (camera, viewers) => {
              // A request may be read from a connection that is closing: its leases have ended already.
              if (peer.hasEnded) return;
              // The greeting comes before the first request: this one does not know it.
              if (webSide.version === undefined) takeVersion(webSide, null);
              leases.open(webSide, camera, viewers);
            },
            closeLease: (camera) => leases.close(webSide, camera),
          }),
        },
        notifications: {
          hello(params) {
            if (webSide.version === undefined) takeVersion(webSide, readHello(params));
          },
          pong(params) {
            const id = readPingId(params);
            if (id !== undefined) leases.pong(webSide, id);
          },
        },
      });
      const webSide: WebSide = {
        peer,
        version: undefined,
        ping: (id) => peer.notify('ping', { id }),
        silent() {
          log.warn('client does not answer pings: its leases have ended');
          peer.close();
        },
      };
      connected.add(webSide);
      void peer.ended.then(() => {
        connected.delete(webSide);
        versions.delete(webSide);
        leases.leave(webSide);
      });
      peer.notify('hello', { version: PRODUCT_VERSION });
      for (const camera of cameras.values()) peer.notify('state', camera.status());
    },
  });
  return keepOpen(names, 'broker socket', server);
}
