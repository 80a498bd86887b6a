// Everything that one camera counts, at zero.

import type { StreamCounters } from './camera-view.ts';

export function createCounters(): StreamCounters {
  return {
    delivered: { live: 0, held: 0, placeholder: 0 },
    bytesSent: 0,
    dropped: { busy: 0, fps: 0 },
    framesMissed: 0,
    viewersOpened: 0,
    viewersRefused: { limit: 0 },
    viewersStuck: 0,
    snapshots: { live: 0, still: 0, cached: 0, failed: 0 },
  };
}
