// Everything that one camera counts.

import type { FrameKind } from '@soft-stream/shared/mjpeg/multipart-writer';

/** Counted since the process started; plain numbers, read by `/metrics` and `/status`. */
export interface StreamCounters {
  /** parts handed to viewers, by kind */
  readonly delivered: Record<FrameKind, number>;
  /** bytes of those parts, heads included */
  bytesSent: number;
  /** frames not handed to a viewer: `busy` it was still taking the last one, `fps` it asked for fewer */
  readonly dropped: { busy: number; fps: number };
  /** frames announced by capture that could not be read (overwritten in the meantime, object replaced) */
  framesMissed: number;
  viewersOpened: number;
  /** ended by us, by reason */
  readonly viewersRefused: { limit: number };
  viewersStuck: number;
  /** snapshots answered, by where the picture came from, and failures */
  readonly snapshots: { live: number; still: number; cached: number; failed: number };
}

/** All at zero. */
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
