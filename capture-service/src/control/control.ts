// operator/control.sock: the operator's connections. Its folder is for the owner alone.

import { join } from 'node:path';
import type { ControlNotifications } from '@soft-stream/shared/api/control-api';
import { keepOpen, type NameKeeper } from '@soft-stream/shared/names/name-keeper';
import type { NoMethods } from '@soft-stream/shared/rpc/methods';
import { createPeer, type RpcPeer } from '@soft-stream/shared/rpc/peer';
import { listenUnix } from '@soft-stream/shared/rpc/server';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { CameraEvents } from '../events/camera-events.ts';
import { type ControlMethodOptions, controlMethods } from './control-methods.ts';

export interface ControlOptions extends Omit<ControlMethodOptions, 'subscribe'> {
  readonly runDir: string;
  readonly cameraEvents: CameraEvents;
  readonly names: NameKeeper;
  readonly clock: Clock;
  readonly log: Logger;
}

const SOCKET_MODE = 0o600;
const FOLDER_MODE = 0o700;

export function controlPath(runDir: string): string {
  return join(runDir, 'operator', 'control.sock');
}

/** @throws {FatalError} 69 when another instance runs there, 78 when the folder cannot be used */
export async function openControl(options: ControlOptions): Promise<AsyncDisposable> {
  const { runDir, cameraEvents, names, clock, log, cameras } = options;
  const subscribed = new Set<RpcPeer<NoMethods, ControlNotifications>>();

  cameraEvents.add({
    event(camera, event, message) {
      const status = cameras.get(camera)?.status();
      if (status === undefined) return;
      for (const peer of subscribed) peer.notify('event', { timeMs: clock.nowMs(), camera, event, status, message });
    },
  });

  const server = await listenUnix({
    path: controlPath(runDir),
    mode: SOCKET_MODE,
    folderMode: FOLDER_MODE,
    log,
    onConnection(socket) {
      const peer = createPeer<NoMethods, ControlNotifications>({
        socket,
        clock,
        log,
        methods: { ...controlMethods({ ...options, subscribe: () => subscribed.add(peer) }) },
      });
      void peer.ended.then(() => subscribed.delete(peer));
    },
  });
  return keepOpen(names, 'control socket', server);
}
