// The stream of one camera, as often as it is opened: frames go to the ring, facts to the record, and what the
// camera must decide about is reported to it.

import type { FrameNotification, StillResult } from '@soft-stream/shared/api/broker-api';
import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createRateMeter } from '@soft-stream/shared/runtime/rate-meter';
import type { CameraDriver, DriverFrame } from '../../drivers/driver.ts';
import type { CameraEvent } from '../decide/events.ts';
import type { CameraLog } from '../report/log.ts';
import type { CameraRecord } from '../report/status.ts';
import { createFreezeDetector, type FreezeDetector } from './freeze-detector.ts';
import { openSession, type StreamSession } from './session.ts';
import type { FrameSink } from './sink.ts';

export interface StreamOptions {
  readonly config: CameraConfig;
  readonly driver: CameraDriver;
  /** a stream begins with a focus cycle */
  focusFirst(): boolean;
  readonly sink: FrameSink;
  readonly record: CameraRecord;
  readonly clock: Clock;
  readonly log: CameraLog;
}

export interface StreamReports {
  event(event: CameraEvent): void;
  /** published; per frame, so no event */
  frame(frame: FrameNotification, asStill: () => StillResult): void;
  /** the status has become another while the state stays: process id, focus */
  changed(): void;
}

export interface CameraStream {
  readonly isOpen: boolean;
  /** process id of the camera program; null when none runs */
  readonly pid: number | null;
  /** frames per second */
  readonly rate: number;
  /** Only when the one before has ended. */
  open(): void;
  stop(): void;
  /** resolves when nothing runs; at once when nothing does */
  readonly released: Promise<void>;
}

export function createStream(options: StreamOptions, reports: StreamReports): CameraStream {
  const { config, driver, focusFirst, sink, record, clock, log } = options;
  const meter = createRateMeter();
  let freezeDetector: FreezeDetector | undefined;
  let freeze: 'none' | 'restarted' | 'shown' = 'none';
  let session: StreamSession | undefined;
  let released: Promise<void> = Promise.resolve();
  let pid: number | null = null;
  /** what is noted now */
  let trouble: string | undefined;

  const publish = (frame: DriverFrame, nowMs: number) => {
    // Nobody is to see a frozen picture that looks live: without new frames viewers get it as held, with the reason.
    if (freeze === 'shown') return record.dropped('held back');
    const published = sink.publish(frame);
    if (typeof published === 'string') return record.dropped(published);
    record.framePublished(published.byteLength);
    meter.frame(nowMs);
    if (trouble !== undefined) {
      trouble = undefined;
      reports.event({ type: 'note', cause: null });
    }
    reports.frame(published, () => {
      const { slot: _slot, ...rest } = published;
      return { ...rest, source: 'stream', width: frame.width, height: frame.height };
    });
  };

  /** Restarted once; a picture that stays the same after that is shown as what it is until it changes. */
  const onFrozen = (sameMs: number) => {
    if (sameMs === 0) {
      if (freeze === 'shown') reports.event({ type: 'note', cause: null });
      freeze = 'none';
    } else if (freeze === 'none') {
      freeze = 'restarted';
      const message = `the same picture for ${Math.round(sameMs / 1000)} s`;
      reports.event({ type: 'unhealthy', cause: 'frozen', message });
    } else if (freeze === 'restarted') {
      freeze = 'shown';
      reports.event({ type: 'note', cause: 'frozen: the same picture even after a restart' });
    }
  };

  const onTrouble = (cause: RestartCause, message: string) => {
    if (cause === 'garbage') record.dropped('garbage');
    log.trouble(cause, message);
    const text = `${cause}: ${message}`;
    if (cause === 'garbage' || trouble === text) return;
    trouble = text;
    reports.event({ type: 'note', cause: text });
  };

  const open = () => {
    const openedAtMs = clock.monotonicMs();
    let release: () => void = () => {};
    released = new Promise((resolve) => {
      release = resolve;
    });
    trouble = undefined;
    // Kept only while a freeze is known: the time between two streams is no time of the same picture.
    if (freeze === 'none' && driver.traits.framesDiffer) freezeDetector = createFreezeDetector();
    session = openSession(
      { driver, clock, focusFirst: focusFirst(), watchdogTimeoutMs: config.watchdogTimeoutMs, freezeDetector },
      {
        located: (located) => record.started(located),
        startCorrected: () => record.startCorrected(),
        opened(openedPid) {
          pid = openedPid ?? null;
          reports.changed();
        },
        firstFrame(negotiated, focusing) {
          record.sized(negotiated);
          log.streaming({ negotiated, startMs: clock.monotonicMs() - openedAtMs, pid });
          reports.event({ type: 'first-frame', focusing });
        },
        frame: publish,
        heldBack: () => record.dropped('held back'),
        focus(report) {
          if (record.focus(report)) reports.changed();
        },
        focusFigure: (value) => record.focusFigure(value, clock.nowMs()),
        focusSettled: (outcome) => reports.event({ type: 'focus-settled', outcome }),
        refocused: (outcome) => reports.event({ type: 'refocused', outcome }),
        trouble: onTrouble,
        frozen: onFrozen,
        silent: (cause, message) => reports.event({ type: 'unhealthy', cause, message }),
        ended(end) {
          session = undefined;
          pid = null;
          meter.reset();
          record.streamEnded();
          release();
          reports.event({ type: 'stream-ended', end });
        },
      },
    );
  };

  return {
    get isOpen() {
      return session !== undefined;
    },
    get pid() {
      return pid;
    },
    get rate() {
      return meter.rate(clock.monotonicMs());
    },
    get released() {
      return released;
    },
    open,
    stop: () => session?.stop(),
  };
}
