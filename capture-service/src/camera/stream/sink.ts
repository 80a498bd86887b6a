// Where a camera's pictures go: the publisher of its ring, as the camera needs it, and word of every frame.

import type { FrameNotification, StillResult } from '@soft-stream/shared/api/broker-api';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { errorCode } from '@soft-stream/shared/runtime/errors';
import type { Logger } from 'pino';
import type { DriverFrame, Still } from '../../drivers/driver.ts';

export interface Published {
  readonly sequence: bigint;
  readonly slot: number;
  readonly byteLength: number;
}

/** The part of FramePublisher (shared/frames/publisher) that a camera uses. */
export interface FrameRing {
  /** undefined: larger than its slot */
  publish(frame: DriverFrame): Published | undefined;
  publishStill(still: DriverFrame): Published | undefined;
}

export interface FrameSink {
  /** @returns the notification for lease holders, or why the frame was dropped */
  publish(frame: DriverFrame): FrameNotification | 'too large' | 'garbage';
  publishStill(still: Still): StillResult | undefined;
}

/** At most one line a minute about frames that do not fit. */
const LOG_INTERVAL_MS = 60_000;

export function createFrameSink(camera: string, ring: FrameRing, clock: Clock, log: Logger): FrameSink {
  let tooLarge = 0;
  let loggedAtMs = Number.NEGATIVE_INFINITY;

  const tellTooLarge = (byteLength: number) => {
    tooLarge += 1;
    const nowMs = clock.monotonicMs();
    if (nowMs - loggedAtMs < LOG_INTERVAL_MS) return;
    log.warn(
      { camera, byteLength, frames: tooLarge },
      `frame larger than its slot dropped: raise ${camera}_slot_bytes or lower ${camera}_quality`,
    );
    loggedAtMs = nowMs;
    tooLarge = 0;
  };

  return {
    publish(frame) {
      let published: Published | undefined;
      try {
        published = ring.publish(frame);
      } catch (error) {
        // Only whole JPEGs are published; what a driver takes for one may still not be.
        if (errorCode(error) === 'ERR_NOT_A_JPEG') return 'garbage';
        throw error;
      }
      if (published === undefined) {
        tellTooLarge(frame.jpeg.byteLength);
        return 'too large';
      }
      return {
        camera,
        sequence: String(published.sequence),
        slot: published.slot,
        byteLength: published.byteLength,
        capturedAtMs: frame.capturedAtMs,
        monotonicNs: String(frame.monotonicNs),
      };
    },
    publishStill(still) {
      const published = ring.publishStill(still);
      if (published === undefined) return undefined;
      const { width, height, capturedAtMs } = still;
      return {
        camera,
        source: 'still',
        sequence: String(published.sequence),
        byteLength: published.byteLength,
        width,
        height,
        capturedAtMs,
        monotonicNs: String(still.monotonicNs),
      };
    },
  };
}
