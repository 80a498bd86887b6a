// Finds viewers that take nothing: between two looks no part was written, and neither Node.js nor the kernel has sent a
// byte of what waits. One look in a while serves all viewers of a camera.

import { libuvQueue, readUnderWay, type UnderWay } from './under-way.ts';
import type { Viewer } from './viewer.ts';

/** A viewer that takes nothing for so long is dropped. */
export const STUCK_AFTER_MS = 10_000;
/** How often it is looked. */
export const LOOK_EVERY_MS = 2_500;

export interface StuckViewers {
  /** @returns those that have taken nothing for STUCK_AFTER_MS */
  look(viewers: Iterable<Viewer>, nowMs: number): readonly Viewer[];
}

/** @param read replaced in tests */
export function createStuckViewers(read = readUnderWay): StuckViewers {
  const seen = new WeakMap<Viewer, { sign: string; sinceMs: number }>();
  return {
    look(viewers, nowMs) {
      const waiting = [...viewers].filter(({ socket, lags }) => lags || socket.writableLength > 0);
      if (waiting.length === 0) return [];
      const underWay = read(waiting.map(({ socket }) => socket));
      return waiting.filter((viewer) => {
        const sign = signOf(viewer, underWay);
        const last = seen.get(viewer);
        if (last?.sign === sign) return nowMs - last.sinceMs >= STUCK_AFTER_MS;
        seen.set(viewer, { sign, sinceMs: nowMs });
        return false;
      });
    },
  };
}

/** Changes whenever the viewer has taken something. */
function signOf({ socket, written }: Viewer, underWay: UnderWay): string {
  return `${written} ${underWay.get(socket) ?? libuvQueue(socket)}`;
}
