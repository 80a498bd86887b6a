// Where a snapshot comes from: a picture that is young enough, the next live frame, or a still. Never an old picture
// in the place of a new one: what cannot be had is an error that says why.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { KeptFrame } from '../frames/frame-reader.ts';
import type { CapturedImage } from './captured-image.ts';
import { createPollingHint } from './polling-hint.ts';
import { createSharedCapture } from './shared-capture.ts';
import type { SnapshotRequest } from './snapshot-parameters.ts';

export interface SnapshotSources {
  /** frames come in, or are about to: somebody holds demand for the stream */
  isStreamWanted(): boolean;
  /** the newest frame that is here, whatever its age */
  newestFrame(): KeptFrame | undefined;
  /** @throws {HttpProblem} when the camera cannot stream now, or none comes in time */
  nextFrame(afterMs: number): Promise<KeptFrame>;
  /** @throws {HttpProblem} */
  captureStill(full: boolean, notBeforeMs: number): Promise<CapturedImage>;
  /** Keeps the camera streaming until released. */
  holdStream(): () => void;
}

export interface SnapshotsOptions {
  readonly camera: string;
  /** frames per second of the stream */
  readonly fps: number;
  /** what an idle camera does for a snapshot */
  readonly idle: 'still' | 'stream';
  readonly sources: SnapshotSources;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Snapshots {
  /** @throws {HttpProblem} */
  take(request: Pick<SnapshotRequest, 'full' | 'fresh' | 'maxAgeMs'>): Promise<CapturedImage>;
}

/**
 * A frame's time is that of its first byte, when it has been exposed, read out, processed and encoded, each about a
 * frame time: only one that comes so many frame times after the request began its exposure after it.
 */
const PIPELINE_FRAMES = 4;

export function createSnapshots(options: SnapshotsOptions): Snapshots {
  const { camera, fps, idle, sources, clock, log } = options;
  const hint = createPollingHint(camera, clock, log);
  const nowMs = () => clock.monotonicMs();
  let lastStill: CapturedImage | undefined;
  let lastFull: CapturedImage | undefined;

  const capture = async (full: boolean, notBeforeMs: number) => {
    const image = await sources.captureStill(full, notBeforeMs);
    if (full) lastFull = image;
    else if (image.source === 'still') hint.count();
    lastStill = newer(lastStill, image);
    return image;
  };
  const stills = createSharedCapture((notBeforeMs) => capture(false, notBeforeMs), nowMs);
  const fullStills = createSharedCapture((notBeforeMs) => capture(true, notBeforeMs), nowMs);

  const cached = (full: boolean, maxAgeMs: number): CapturedImage | undefined => {
    const frame = sources.newestFrame();
    const best = full ? lastFull : newer(lastStill, frame && { ...frame, source: 'cached' });
    return best && nowMs() - best.monotonicMs <= maxAgeMs ? { ...best, source: 'cached' } : undefined;
  };

  /** Held while it waits: the last viewer may leave before the frame comes. */
  const live = async (fresh: boolean): Promise<CapturedImage> => {
    const release = sources.holdStream();
    try {
      const frame = await sources.nextFrame(nowMs() + (fresh ? (PIPELINE_FRAMES * 1000) / fps : 0));
      return { ...frame, source: 'live' };
    } finally {
      release();
    }
  };

  return {
    async take({ full, fresh, maxAgeMs }) {
      const young = maxAgeMs > 0 ? cached(full, maxAgeMs) : undefined;
      if (young) return young;
      if (full) return fresh ? fullStills.next() : fullStills.join();
      if (sources.isStreamWanted() || idle === 'stream') return live(fresh);
      return fresh ? stills.next() : stills.join();
    },
  };
}

function newer<T extends KeptFrame>(a: T | undefined, b: T | undefined): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.monotonicMs >= a.monotonicMs ? b : a;
}
