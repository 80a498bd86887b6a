// This process's one connection to capture-service: found again by itself after either side was restarted.

import { join } from 'node:path';
import type { BrokerClientNotifications, BrokerMethods } from '@soft-stream/shared/api/broker-api';
import { askBroker, isFrame, readPingId } from '@soft-stream/shared/api/broker-messages';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { type ControlChanges, readControlChanges } from '@soft-stream/shared/api/controls';
import { readCameraStatus } from '@soft-stream/shared/api/read-camera-status';
import { PRODUCT_VERSION, readHello, versionDifference } from '@soft-stream/shared/api/versions';
import type { CaptureRole } from '@soft-stream/shared/config/capture-roles';
import type { RpcPeer } from '@soft-stream/shared/rpc/peer';
import { RpcConnectionError } from '@soft-stream/shared/rpc/rpc-error';
import { watchAndConnect } from '@soft-stream/shared/rpc/watch-and-connect';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { singleFlight } from '@soft-stream/shared/runtime/single-flight';
import type { Logger } from 'pino';
import { createFirstContact } from './first-contact.ts';
import { createLeases } from './leases.ts';

export interface BrokerListener {
  /** before anything else of a new connection, and after the last of an old one */
  onReachable(isReachable: boolean): void;
  onStatus(status: CameraStatus): void;
  /** the answer to `refresh`: counters of now, nothing that is news to anybody */
  onRefreshed(status: CameraStatus): void;
  onControls(changes: ControlChanges): void;
  onFrame(sequence: bigint): void;
}

export interface BrokerLink extends AsyncDisposable {
  readonly isReachable: boolean;
  /** null: it does not report one; undefined: it is away, or has said nothing yet */
  readonly captureVersion: string | null | undefined;
  /**
   * Both services start together, and this one is ready first: resolves when capture is reached for the first time, or
   * once that is not to be expected any more. At once ever after.
   */
  untilExpected(timeoutMs: number): Promise<void>;
  /** @throws RpcError, RpcConnectionError (at once while capture is unreachable) */
  request<K extends keyof BrokerMethods>(
    method: K,
    params: BrokerMethods[K]['params'],
    timeoutMs: number,
  ): Promise<BrokerMethods[K]['result']>;
  /** @param viewers people watching; 0: nobody, but frames are wanted; undefined: no demand */
  setDemand(camera: string, viewers: number | undefined): void;
  listen(camera: string, listener: BrokerListener): void;
  /** Asks for the status of all cameras, at most once a second however many want it. Never rejects. */
  refresh(): Promise<void>;
}

export interface BrokerLinkOptions {
  readonly runDir: string;
  /** which instance of capture-service it is, for the log */
  readonly role?: CaptureRole;
  readonly clock: Clock;
  readonly log: Logger;
}

type Broker = RpcPeer<BrokerMethods, BrokerClientNotifications>;

/** A lease is granted at once, whatever the camera does then. */
const LEASE_TIMEOUT_MS = 5_000;
const STATUS_TIMEOUT_MS = 1_000;
const STATUS_YOUNG_MS = 1_000;
/** Listing the cameras takes capture-service a second or two before anybody can reach it; a slow one up to 10 s. */
const FIRST_CONTACT_MS = 10_000;

export function openBrokerLink({ runDir, role = 'devices', clock, log: parent }: BrokerLinkOptions): BrokerLink {
  const log = role === 'devices' ? parent : parent.child({ role });
  const listeners = new Map<string, BrokerListener>();
  let broker: Broker | undefined;

  /** How many `state` notifications came: an answer asked for before the last of them may be older than it. */
  let statesHeard = 0;
  const onStatus = (status: CameraStatus) => {
    statesHeard++;
    listeners.get(status.camera)?.onStatus(status);
  };
  let captureVersion: string | null | undefined;
  const heardVersion = (version: string | null) => {
    captureVersion = version;
    const difference = versionDifference('http-service', 'capture-service', version);
    if (difference !== null) log.warn({ captureVersion: version, version: PRODUCT_VERSION }, difference);
  };
  const firstContact = createFirstContact(clock, FIRST_CONTACT_MS);
  const leases = createLeases(clock, log);
  let isClosing = false;

  const onPeer = (peer: Broker) => {
    broker = peer;
    log.info('capture-service reached');
    peer.notify('hello', { version: PRODUCT_VERSION });
    firstContact.made();
    for (const listener of listeners.values()) listener.onReachable(true);
    leases.connected({
      open: (camera, viewers) => peer.request('lease.open', { camera, viewers }, { timeoutMs: LEASE_TIMEOUT_MS }),
      close: (camera) => peer.request('lease.close', { camera }, { timeoutMs: LEASE_TIMEOUT_MS }),
    });
    void peer.closed.then(() => {
      broker = undefined;
      captureVersion = undefined;
      if (!isClosing) log.warn('capture-service is unreachable');
      leases.disconnected();
      for (const listener of listeners.values()) listener.onReachable(false);
    });
  };

  const client = watchAndConnect<BrokerMethods, BrokerClientNotifications>({
    path: join(runDir, 'broker.sock'),
    clock,
    log,
    onPeer,
    notifications: {
      hello: (params) => heardVersion(readHello(params)),
      frame(params) {
        if (isFrame(params)) listeners.get(params.camera)?.onFrame(BigInt(params.sequence));
      },
      state(params) {
        // The greeting comes first, so this one does not know it.
        if (captureVersion === undefined) heardVersion(null);
        onStatus(readCameraStatus(params));
      },
      controls(params) {
        const changes = readControlChanges(params);
        listeners.get(changes.camera)?.onControls(changes);
      },
      ping(params) {
        const id = readPingId(params);
        if (id !== undefined) broker?.notify('pong', { id });
      },
    },
  });

  let refreshedMs = Number.NEGATIVE_INFINITY;
  const refresh = singleFlight(async () => {
    if (!broker || clock.monotonicMs() - refreshedMs < STATUS_YOUNG_MS) return;
    refreshedMs = clock.monotonicMs();
    const heardBefore = statesHeard;
    try {
      const { cameras } = await askBroker(broker, 'status', undefined, { timeoutMs: STATUS_TIMEOUT_MS });
      if (statesHeard !== heardBefore) return;
      for (const status of cameras) listeners.get(status.camera)?.onRefreshed(status);
    } catch (err) {
      log.debug({ err }, 'status not refreshed');
    }
  });

  return {
    refresh: refresh.run,
    get isReachable() {
      return broker !== undefined;
    },
    get captureVersion() {
      return captureVersion;
    },
    untilExpected: firstContact.wait,
    request(method, params, timeoutMs) {
      if (broker) return askBroker(broker, method, params, { timeoutMs });
      client.tryNow();
      return Promise.reject(new RpcConnectionError('ERR_RPC_UNREACHABLE', 'capture-service is unreachable'));
    },
    setDemand(camera, viewers) {
      leases.want(camera, viewers);
      if (viewers !== undefined) client.tryNow();
    },
    listen(camera, listener) {
      listeners.set(camera, listener);
      if (broker) listener.onReachable(true);
    },
    [Symbol.asyncDispose]: () => {
      isClosing = true;
      firstContact.made();
      return client.close();
    },
  };
}
