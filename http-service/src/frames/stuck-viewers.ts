// Finds viewers that take nothing: between two looks no part was written, and neither Node.js nor the kernel has sent a
// byte of what waits. One look in a while serves all viewers of a camera.

import type { Socket } from 'node:net';
import { readSendQueues, type SendQueues, sendQueueKey } from './send-queue.ts';
import type { Viewer } from './viewer.ts';

/** A viewer that takes nothing for so long is dropped. */
export const STUCK_AFTER_MS = 10_000;
/** How often it is looked. */
export const LOOK_EVERY_MS = 2_500;

export interface StuckViewers {
  /** @returns those that have taken nothing for STUCK_AFTER_MS */
  look(viewers: Iterable<Viewer>, nowMs: number): Promise<readonly Viewer[]>;
}

/** @param readQueues replaced in tests */
export function createStuckViewers(readQueues: () => Promise<SendQueues> = readSendQueues): StuckViewers {
  const seen = new WeakMap<Viewer, { sign: string; sinceMs: number }>();
  return {
    async look(viewers, nowMs) {
      const waiting = [...viewers].filter((viewer) => viewer.socket.writableLength > 0);
      if (waiting.length === 0) return [];
      const queues = await readQueues();
      return waiting.filter((viewer) => {
        const sign = signOf(viewer, queues);
        const last = seen.get(viewer);
        if (last?.sign === sign) return nowMs - last.sinceMs >= STUCK_AFTER_MS;
        seen.set(viewer, { sign, sinceMs: nowMs });
        return false;
      });
    },
  };
}

/** Changes whenever the viewer has taken something. */
function signOf({ socket, written }: Viewer, queues: SendQueues): string {
  const { localPort, remotePort } = socket;
  const kernel = localPort && remotePort ? queues.get(sendQueueKey(localPort, remotePort)) : undefined;
  return `${written} ${libuvQueue(socket)} ${kernel ?? ''}`;
}

/** Bytes that libuv has not handed to the kernel. Not public, but what Node.js' own socket timeout looks at. */
function libuvQueue(socket: Socket): number {
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: unknown } | null };
  return typeof handle?.writeQueueSize === 'number' ? handle.writeQueueSize : socket.writableLength;
}
