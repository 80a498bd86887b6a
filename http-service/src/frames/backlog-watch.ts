// Looks at what is under way to the viewers of one camera, and holds frames back from those that lag. One reading of the
// kernel's table serves all of them; it is made before a frame is given, when the last one had its time to leave, and never
// while no frame comes.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import { judgeBacklog, newBacklog, type SendBacklog } from './send-backlog.ts';
import { readUnderWay } from './under-way.ts';
import type { Viewer } from './viewer.ts';

export interface BacklogWatch {
  /** Before its first picture. */
  add(viewer: Viewer): void;
  /** Before a frame is given to them. @param nowMs CLOCK_MONOTONIC ms */
  look(viewers: Iterable<Viewer>, nowMs: number): void;
}

/** Looking may take this share of the time at most: the kernel's table is long where many programs have sockets. */
const COST_SHARE = 0.05;
/** The last look counts so much for what one costs: the first ones are slow. */
const COST_WEIGHT = 0.1;

/** @param read replaced in tests */
export function createBacklogWatch(clock: Clock, read = readUnderWay): BacklogWatch {
  const backlogs = new WeakMap<Viewer, SendBacklog>();
  let costMs = 0;
  let lookAtMs = Number.POSITIVE_INFINITY;

  return {
    add(viewer) {
      const nowMs = clock.monotonicMs();
      backlogs.set(viewer, newBacklog(nowMs, viewer.socket.bytesWritten));
      lookAtMs = Math.min(lookAtMs, nowMs);
    },
    look(viewers, nowMs) {
      if (nowMs < lookAtMs) return;
      lookAtMs = Number.POSITIVE_INFINITY;
      const startMs = clock.monotonicMs();
      const underWay = read([...viewers].map(({ socket }) => socket));
      costMs += (clock.monotonicMs() - startMs - costMs) * COST_WEIGHT;
      const restMs = costMs / COST_SHARE;
      for (const viewer of viewers) {
        const { socket } = viewer;
        const underWayBytes = underWay.get(socket);
        const before = backlogs.get(viewer);
        if (before === undefined || underWayBytes === undefined) continue;
        const backlog = judgeBacklog(before, { nowMs, givenBytes: socket.bytesWritten, underWayBytes });
        backlogs.set(viewer, backlog);
        viewer.lags = backlog.lags;
        lookAtMs = Math.min(lookAtMs, Math.max(backlog.lookAtMs, nowMs + restMs));
      }
    },
  };
}
