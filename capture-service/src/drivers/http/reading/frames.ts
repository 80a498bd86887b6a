// From the chunks of one answer to frames as a camera has them: with the time of their capture, and only those that the
// other side calls live. Another portal of this kind marks what it holds or draws: passed on, that would look live here.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { DriverFrame } from '../../driver.ts';
import { type CaptureTimes, createCaptureTimes } from './capture-time.ts';
import { createUpstreamSplitter, type UpstreamSplitter } from './upstream-splitter.ts';

export interface FramesOptions {
  readonly boundary: string | undefined;
  readonly maxFrameBytes: number;
  readonly clock: Clock;
  /** kept over answers where pictures are fetched one by one */
  readonly times?: CaptureTimes;
  onFrame(frame: DriverFrame): void;
  /** a picture that is not from the camera now @param reason in the words of the other side */
  onNotLive(reason: string): void;
  onDamage(what: string): void;
}

export function createFrames(options: FramesOptions): UpstreamSplitter {
  const { clock, times = createCaptureTimes() } = options;
  return createUpstreamSplitter({
    boundary: options.boundary,
    maxFrameBytes: options.maxFrameBytes,
    now: () => ({ monotonicNs: clock.monotonicNs(), nowMs: clock.nowMs() }),
    onDamage: options.onDamage,
    onFrame(jpeg, size, { kind, reason, timestampMs }, { monotonicNs, nowMs }) {
      if (kind !== undefined && kind !== 'live') {
        options.onNotLive(reason ?? `it shows a ${kind === 'held' ? 'held picture' : 'placeholder'}`);
        return;
      }
      const lagMs = times.lagMs(Number(monotonicNs) / 1e6, timestampMs);
      const capturedNs = monotonicNs - BigInt(Math.round(lagMs * 1e6));
      options.onFrame({ jpeg, ...size, monotonicNs: capturedNs, capturedAtMs: nowMs - lagMs });
    },
  });
}
