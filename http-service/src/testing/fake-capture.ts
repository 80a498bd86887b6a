// Stands in for capture-service at the process boundary: a real unix socket, a real ring, and what the test tells it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BrokerClientNotifications,
  type BrokerMethods,
  type BrokerNotifications,
  RPC_ERRORS,
} from '@soft-stream/shared/api/broker-api';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import type { CameraControls } from '@soft-stream/shared/api/controls';
import { objectName, objectPath } from '@soft-stream/shared/frames/names';
import { type FramePublisher, openPublisher } from '@soft-stream/shared/frames/publisher';
import { readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import type { RpcMethod } from '@soft-stream/shared/rpc/methods';
import { createPeer, type RpcPeer } from '@soft-stream/shared/rpc/peer';
import { RpcError } from '@soft-stream/shared/rpc/rpc-error';
import { listenUnix } from '@soft-stream/shared/rpc/server';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { pino } from 'pino';
import { unheardStatus } from '../status/portal-status.ts';
import { sampleCamera } from './sample-monitor.ts';

export interface FakeCapture extends AsyncDisposable {
  readonly runDir: string;
  /** path of the camera's frames in /dev/shm */
  readonly objectPath: string;
  /** viewers of the lease on cam0; undefined without one */
  readonly lease: number | undefined;
  /** names and params of all requests, as they came */
  readonly calls: readonly { readonly method: string; readonly params: unknown }[];
  /** Publishes, and tells lease holders. @param options.ageMs how old its capture is already */
  publish(jpeg: Uint8Array, options?: { ageMs?: number }): void;
  setStatus(change: Partial<CameraStatus>): void;
  /** Answers `still` from now on; default: the picture is published in the still slot. */
  onStill(answer: () => Uint8Array | Promise<Uint8Array>): void;
  onAutofocus(answer: () => { joined: boolean }): void;
  ping(id: number): void;
  readonly pongs: readonly number[];
  /** The process dies (its object stays), or is there again with a new one. */
  die(): Promise<void>;
  start(): Promise<void>;
}

type Web = RpcPeer<Record<never, never>, BrokerNotifications>;

const NO_CONTROLS: CameraControls = { version: 1, camera: 'cam0', controls: [] };
const SLOTS = { streamSlotBytes: 1024 * 1024, stillSlotBytes: 4 * 1024 * 1024 };

/** @param options.runDir default: a new temporary folder. @param options.isAway nothing is there until `start()` */
export async function startFakeCapture(options: { isAway?: boolean } = {}): Promise<FakeCapture> {
  const runDir = mkdtempSync(join(tmpdir(), 'soft-stream-http-'));
  const name = objectName(runDir, 'cam0');
  const log = pino({ level: 'silent' });
  const calls: { method: string; params: unknown }[] = [];
  const pongs: number[] = [];
  const peers = new Set<Web>();
  let status: CameraStatus = unheardStatus(sampleCamera(0), Date.now());
  let leaseHolder: Web | undefined;
  let viewers: number | undefined;
  let publisher: FramePublisher | undefined;
  let server: AsyncDisposable | undefined;
  let answerStill = (): Uint8Array | Promise<Uint8Array> => {
    throw new RpcError(RPC_ERRORS.captureFailed, 'no still in this test');
  };
  let answerAutofocus = () => ({ joined: false });

  const frameOf = (jpeg: Uint8Array, ageMs = 0) => ({
    jpeg,
    ...(readJpegSize(jpeg) ?? { width: 1, height: 1 }),
    monotonicNs: systemClock.monotonicNs() - BigInt(Math.round(ageMs * 1e6)),
    capturedAtMs: Date.now() - ageMs,
  });

  const methodsFor = (web: () => Web): Record<keyof BrokerMethods, RpcMethod> => ({
    cameras: () => ({ version: 1, cameras: [] }),
    status: () => ({ version: 1, cameras: [status] }),
    'lease.open': (params) => {
      leaseHolder = web();
      viewers = (params as { viewers: number }).viewers;
      return status;
    },
    'lease.close': () => {
      viewers = undefined;
      return status;
    },
    controls: () => NO_CONTROLS,
    'controls.set': () => NO_CONTROLS,
    'controls.reset': () => NO_CONTROLS,
    autofocus: () => answerAutofocus(),
    async still() {
      const jpeg = await answerStill();
      const frame = frameOf(jpeg);
      const published = publisher?.publishStill(frame);
      if (!published) throw new Error('still not published');
      const { width, height, capturedAtMs } = frame;
      return {
        camera: 'cam0',
        source: 'still',
        sequence: String(published.sequence),
        byteLength: jpeg.byteLength,
        width,
        height,
        capturedAtMs,
        monotonicNs: String(frame.monotonicNs),
      };
    },
  });

  const start = async () => {
    publisher = openPublisher({ objectName: name, controlSocketPath: join(runDir, 'control.sock'), ...SLOTS });
    server = await listenUnix({
      path: join(runDir, 'broker.sock'),
      mode: 0o600,
      log,
      onConnection(socket) {
        const methods = Object.entries(methodsFor(() => web)).map(([method, serve]): [string, RpcMethod] => [
          method,
          (params, context) => {
            calls.push({ method, params });
            return serve(params, context);
          },
        ]);
        const web: Web = createPeer<Record<never, never>, BrokerNotifications>({
          socket,
          log,
          methods: Object.fromEntries(methods),
          notifications: { pong: (params) => pongs.push((params as BrokerClientNotifications['pong']).id) },
        });
        peers.add(web);
        void web.closed.then(() => {
          peers.delete(web);
          if (web === leaseHolder) viewers = undefined;
        });
        web.notify('state', status);
      },
    });
  };
  const die = async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
    publisher?.close();
    publisher = undefined;
  };

  if (!options.isAway) await start();
  return {
    runDir,
    objectPath: objectPath(name),
    calls,
    pongs,
    start,
    die,
    get lease() {
      return viewers;
    },
    publish(jpeg, { ageMs = 0 } = {}) {
      const frame = frameOf(jpeg, ageMs);
      const published = publisher?.publish(frame);
      if (!published || viewers === undefined) return;
      leaseHolder?.notify('frame', {
        camera: 'cam0',
        sequence: String(published.sequence),
        slot: published.slot,
        byteLength: published.byteLength,
        capturedAtMs: frame.capturedAtMs,
        monotonicNs: String(frame.monotonicNs),
      });
    },
    setStatus(change) {
      status = { ...status, ...change };
      for (const web of peers) web.notify('state', status);
    },
    onStill(answer) {
      answerStill = answer;
    },
    onAutofocus(answer) {
      answerAutofocus = answer;
    },
    ping(id) {
      for (const web of peers) web.notify('ping', { id });
    },
    async [Symbol.asyncDispose]() {
      await die();
      rmSync(runDir, { recursive: true, force: true });
    },
  };
}
