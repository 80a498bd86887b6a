// broker.sock: the web side's connections, their leases, and what they are told.

import { join } from 'node:path';
import type { BrokerNotifications } from '@soft-stream/shared/api/broker-api';
import { keepOpen, type NameKeeper } from '@soft-stream/shared/names/name-keeper';
import type { NoMethods } from '@soft-stream/shared/rpc/methods';
import { integer, readParams } from '@soft-stream/shared/rpc/params';
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

export interface BrokerOptions {
  readonly runDir: string;
  readonly cameras: ReadonlyMap<string, Camera>;
  readonly cameraEvents: CameraEvents;
  readonly names: NameKeeper;
  readonly clock: Clock;
  readonly log: Logger;
}

interface WebSide extends LeaseHolder {
  readonly peer: RpcPeer<NoMethods, BrokerNotifications>;
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
  const { runDir, cameras, cameraEvents, names, clock } = options;
  const log = quietLog(options.log, clock);
  const connected = new Set<WebSide>();
  const leases = createLeases<WebSide>(clock, (camera, count, viewers) =>
    cameras.get(camera)?.setLeases(count, viewers),
  );

  cameraEvents.add({
    frame(frame) {
      for (const { peer } of leases.holdersOf(frame.camera)) peer.notify('frame', frame, { droppable: true });
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
              if (!peer.hasEnded) leases.open(webSide, camera, viewers);
            },
            closeLease: (camera) => leases.close(webSide, camera),
          }),
        },
        notifications: {
          pong: (params) => leases.pong(webSide, readParams(params, { id: integer(1, Number.MAX_SAFE_INTEGER) }).id),
        },
      });
      const webSide: WebSide = {
        peer,
        ping: (id) => peer.notify('ping', { id }),
        silent() {
          log.warn('web side does not answer: its leases have ended');
          peer.close();
        },
      };
      connected.add(webSide);
      void peer.ended.then(() => {
        connected.delete(webSide);
        leases.leave(webSide);
      });
      for (const camera of cameras.values()) peer.notify('state', camera.status());
    },
  });
  return keepOpen(names, 'broker socket', server);
}
