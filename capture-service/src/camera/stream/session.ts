// One attempt at a stream, from looking for the camera to its release. Reports what it sees; whether to go on, and when
// to try again, is decided by decide.ts.

import type { RestartCause, Size } from '@soft-stream/shared/api/camera-status';
import { whenAborted } from '@soft-stream/shared/runtime/abortable';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createDeferred } from '@soft-stream/shared/runtime/deferred';
import { errorCode, errorMessage } from '@soft-stream/shared/runtime/errors';
import type { CameraDriver, DriverFrame, FocusReport, Located, OpenStream, StreamEnd } from '../../drivers/driver.ts';
import type { StreamEnded } from '../decide/events.ts';
import { createFocusGate, type FocusOutcome } from '../focus/gate.ts';
import { watchRefocus } from '../focus/refocus.ts';
import type { FreezeDetector } from './freeze-detector.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

export interface SessionOptions {
  readonly driver: CameraDriver;
  readonly clock: Clock;
  /** hold frames back until the first focus cycle has ended */
  readonly focusFirst: boolean;
  /** ms without a frame; 0 = no watchdog */
  readonly watchdogTimeoutMs: number;
  /** kept over sessions: a restart that gives the same picture again has not helped; undefined = do not look */
  readonly freezeDetector: FreezeDetector | undefined;
}

export interface SessionReports {
  located(located: Located): void;
  /** it was opened elsewhere than `located` said */
  startCorrected(): void;
  opened(pid: number | undefined): void;
  /** @param focusing frames are held back for the focus cycle from here on */
  firstFrame(size: Size, focusing: boolean): void;
  /** a frame to show; a view that is valid during the call. @param nowMs CLOCK_MONOTONIC ms */
  frame(frame: DriverFrame, nowMs: number): void;
  heldBack(): void;
  focus(report: FocusReport): void;
  /** per frame */
  focusFigure(value: number): void;
  focusSettled(outcome: FocusOutcome): void;
  /** the camera did so by itself, while frames went on */
  refocused(outcome: FocusOutcome): void;
  trouble(cause: RestartCause, message: string): void;
  /** ms for which the picture has been the same, from the watchdog's time on; 0 when it changed after that */
  frozen(sameMs: number): void;
  /** no frame for too long */
  silent(cause: RestartCause, message: string): void;
  /** exactly once and last: nothing of it runs any more */
  ended(end: StreamEnded): void;
}

export interface StreamSession {
  /** Ends it, whatever it is at; `ended` resolves when nothing runs. Frames are not reported any more. Idempotent. */
  stop(): void;
}

export function openSession(options: SessionOptions, reports: SessionReports): StreamSession {
  const { driver, clock, freezeDetector, watchdogTimeoutMs } = options;
  const stopping = new AbortController();
  const gate = options.focusFirst
    ? createFocusGate(clock, (outcome) => {
        if (!stopping.signal.aborted) reports.focusSettled(outcome);
      })
    : undefined;
  const refocus = watchRefocus(clock, reports.refocused);
  let watchdog: Watchdog | undefined;
  let trouble: { readonly cause: RestartCause; readonly message: string } | undefined;
  let firstFrameMs: number | undefined;
  let lastFrameMs = 0;
  let isFrozen = false;

  const takeFrame = (frame: DriverFrame) => {
    if (stopping.signal.aborted) return;
    lastFrameMs = clock.monotonicMs();
    watchdog?.frame(lastFrameMs);
    trouble = undefined;
    if (firstFrameMs === undefined) {
      firstFrameMs = lastFrameMs;
      if (watchdog !== undefined) watch();
      gate?.firstFrame();
      reports.firstFrame({ width: frame.width, height: frame.height }, gate?.isOpen === false);
    }
    if (freezeDetector && watchdogTimeoutMs > 0) judgeFreeze(freezeDetector.frame(frame.jpeg, lastFrameMs));
    if (stopping.signal.aborted) return;
    if (gate === undefined || gate.isOpen) reports.frame(frame, lastFrameMs);
    else reports.heldBack();
  };

  const judgeFreeze = (sameMs: number) => {
    if (sameMs >= watchdogTimeoutMs) {
      isFrozen = true;
      reports.frozen(sameMs);
    } else if (isFrozen || sameMs === 0) {
      isFrozen = false;
      reports.frozen(0);
    }
  };

  /** A driver may know that its camera needs longer, and longest before the first frame. */
  const silenceLimitMs = () => {
    if (watchdogTimeoutMs === 0) return 0;
    const { firstFrameMs: first = 0, betweenFramesMs: between = 0 } = driver.patience ?? {};
    return Math.max(watchdogTimeoutMs, firstFrameMs === undefined ? first : between);
  };
  const watch = () => {
    watchdog?.stop();
    watchdog = startWatchdog(silenceLimitMs(), clock, onSilence);
  };

  const onSilence = () => {
    if (stopping.signal.aborted) return;
    const silence = `no frame for ${Math.round(silenceLimitMs() / 100) / 10} s`;
    const cause = trouble?.cause ?? (firstFrameMs === undefined ? 'no first frame' : 'stalled');
    reports.silent(cause, trouble ? `${silence}; ${trouble.message}` : silence);
  };

  const run = async (): Promise<StreamEnded> => {
    const { signal } = stopping;
    const stopped = { kind: 'stopped', stuckInKernel: false, deliveredMs: 0 } as const;
    let open: OpenStream;
    const ended = createDeferred<StreamEnd>();
    try {
      const located = driver.known?.() ?? (await driver.locate(signal));
      if (signal.aborted) return stopped;
      if (located === undefined) return { kind: 'absent' };
      reports.located(located);
      open = await driver.openStream(
        located,
        {
          frame: takeFrame,
          corrected() {
            if (!signal.aborted) reports.startCorrected();
          },
          alive() {
            watchdog?.frame(clock.monotonicMs());
          },
          focus(report) {
            if (signal.aborted) return;
            reports.focus(report);
            if (gate === undefined) return;
            const isAwaited = !gate.isOpen;
            gate.report(report);
            refocus.report(report, isAwaited);
          },
          focusFigure(value) {
            if (!signal.aborted) reports.focusFigure(value);
          },
          trouble(cause, message) {
            if (signal.aborted) return;
            trouble = { cause, message };
            reports.trouble(cause, message);
          },
          end: ended.resolve,
        },
        signal,
      );
    } catch (error) {
      if (signal.aborted) return stopped;
      const cause = errorCode(error) === 'ERR_LISTING' ? 'listing failed' : 'child exited';
      return { kind: 'failed', cause, message: errorMessage(error) };
    }

    if (!signal.aborted) {
      reports.opened(open.pid);
      watch();
    }
    const end = await Promise.race([ended.promise, whenAborted(signal).then(() => undefined)]);
    const deliveredMs = firstFrameMs === undefined ? 0 : lastFrameMs - firstFrameMs;
    if (!signal.aborted && end) {
      const { cameraMissing: _cameraMissing, ...why } = end;
      return { kind: 'ended', ...why, deliveredMs };
    }
    const { stuckInKernel } = await open.stop();
    return { kind: 'stopped', stuckInKernel, deliveredMs };
  };

  const finish = (end: StreamEnded) => {
    watchdog?.stop();
    gate?.stop();
    stopping.abort();
    reports.ended(end);
  };
  run().then(finish, (error: unknown) =>
    finish({ kind: 'failed', cause: 'child exited', message: errorMessage(error) }),
  );

  return {
    stop() {
      watchdog?.stop();
      gate?.stop();
      stopping.abort(new Error('the stream was stopped'));
    },
  };
}
