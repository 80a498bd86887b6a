// One camera's log as its operator reads it: constant sentences, one line per event, nothing per frame.

import type { RestartCause, Size } from '@soft-stream/shared/api/camera-status';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Logger } from 'pino';
import type { DriverTraits } from '../../drivers/driver.ts';
import type { CaptureEnded, LogLine } from '../decide/events.ts';
import { stillFailure } from '../decide/still-plan.ts';
import type { FocusOutcome } from '../focus/gate.ts';

export interface CameraLog {
  streaming(facts: { readonly negotiated: Size; readonly startMs: number; readonly pid: number | null }): void;
  restarts(cause: RestartCause, message: string, deliberate: boolean): void;
  line(line: LogLine): void;
  stillEnded(end: CaptureEnded): void;
  trouble(cause: RestartCause, message: string): void;
}

/** `garbage` and `device timeout` may come once a second for hours. */
const TROUBLE_INTERVAL_MS = 60_000;
/** Stills are asked for by programs, some of them every second: beyond this many lines a minute they are logged at debug. */
const STILL_LINES_PER_MINUTE = 10;
const MINUTE_MS = 60_000;

export interface CameraLogOptions {
  readonly config: CameraConfig;
  /** asked for now */
  fps(): number;
  readonly frameSize: DriverTraits['frameSize'];
  readonly log: Logger;
  nowMs(): number;
}

export function createCameraLog({ config, fps, frameSize, log: parent, nowMs }: CameraLogOptions): CameraLog {
  const log = parent.child({ camera: config.camera });
  const requested = sizeText(config);
  const troubleAtMs = new Map<RestartCause, number>();
  let knowsFixedFocus = false;
  let toldSize = '';
  const quietStills = perMinute(STILL_LINES_PER_MINUTE, nowMs);
  const quietFocus = perMinute(STILL_LINES_PER_MINUTE, nowMs);
  const routine = (facts: object, sentence: string) => log[quietStills() ? 'info' : 'debug'](facts, sentence);

  const focused = ({ result, durationMs, lensPosition }: FocusOutcome, ofStill: boolean) => {
    if (result === 'fixed') {
      if (!knowsFixedFocus) log.info('camera has a fixed focus: nothing to wait for');
      knowsFixedFocus = true;
      return;
    }
    const facts = { result, durationMs, lensPosition };
    const sentence = `Autofocus cycle for ${config.name} ${result === 'focused' ? 'succeeded' : result === 'failed' ? 'failed' : 'timed out'}`;
    const level = result === 'focused' ? 'info' : 'warn';
    log[ofStill && !quietFocus() ? 'debug' : level](facts, sentence);
  };

  return {
    streaming({ negotiated, startMs, pid }) {
      const facts = { requested, negotiated: sizeText(negotiated), fps: fps(), startMs: Math.round(startMs), pid };
      const isTold = frameSize === 'nearest' && toldSize === facts.negotiated;
      toldSize = facts.negotiated;
      const isExpected = facts.negotiated === requested || frameSize === 'own';
      if (isExpected || isTold) log.info(facts, 'camera streams');
      else log.warn(facts, 'camera streams at a different size than requested');
    },
    restarts(cause, message, deliberate) {
      if (deliberate) log.info({ cause, reason: message }, 'camera restarts');
      else log.warn({ cause, reason: message }, 'camera restarts');
    },
    line(line) {
      switch (line.kind) {
        case 'absent':
          return log.warn('camera not found');
        case 'present':
          return log.info('camera found again');
        case 'failed':
          return log.error({ cause: line.cause }, 'camera failed');
        case 'focused':
          focused(line.outcome, line.ofStill);
          return;
        case 'refocused':
          log.info({ ...line.outcome, refocuses: line.refocuses }, 'camera refocused by itself');
          return;
        case 'released':
          return routine({ state: line.state }, 'camera released');
        case 'viewers':
          if (line.before === 0 && line.now > 0) log.info({ viewers: line.now }, 'first viewer came');
          if (line.before > 0 && line.now === 0) log.info('last viewer left');
      }
    },
    stillEnded(end) {
      if (end.kind !== 'published') return log.warn({ reason: stillFailure(end) }, 'still failed');
      const { width, height, byteLength, durationMs, focus, lensPosition } = end.taken;
      const focused = focus === null ? {} : { focus, lensPosition };
      routine(
        { size: sizeText({ width, height }), byteLength, durationMs: Math.round(durationMs), ...focused },
        'still taken',
      );
    },
    trouble(cause, message) {
      if (nowMs() - (troubleAtMs.get(cause) ?? Number.NEGATIVE_INFINITY) < TROUBLE_INTERVAL_MS) return;
      troubleAtMs.set(cause, nowMs());
      log.warn({ cause, reason: message }, 'camera program reported a problem');
    },
  };
}

function sizeText({ width, height }: Size): string {
  return `${width}x${height}`;
}

/** @returns asks whether one more line fits into this minute */
function perMinute(lines: number, nowMs: () => number): () => boolean {
  let minute = Number.NaN;
  let count = 0;
  return () => {
    const now = Math.floor(nowMs() / MINUTE_MS);
    count = now === minute ? count + 1 : 1;
    minute = now;
    return count <= lines;
  };
}
