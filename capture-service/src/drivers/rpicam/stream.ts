// One running rpicam-vid: its stdout becomes frames, its stderr focus reports and troubles, its end one event.
// Nothing is copied: a frame is a view into what was read, valid until the callback returns.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { createJpegSplitter } from '@soft-stream/shared/mjpeg/jpeg-splitter';
import type { Logger } from 'pino';
import { startChild } from '../child-process/child.ts';
import { openOutputSocket } from '../child-process/output-socket.ts';
import {
  HEALTHY_GRACE_MS,
  processState,
  STALLED_GRACE_MS,
  STARTING_GRACE_MS,
  stopChild,
} from '../child-process/stop-ladder.ts';
import type { Located, OpenStream, StopResult, StreamEnd, StreamEvents } from '../driver.ts';
import { createCameraCheck } from './camera-check.ts';
import { streamArguments } from './command-line/arguments.ts';
import { explainEnd, openedAnother, withHint } from './failure.ts';
import type { OpeningTurn, RpicamHost } from './listing/host.ts';
import { createFocusReporter } from './reports/focus-reporter.ts';
import { keepHint, type StderrEvent } from './reports/stderr-line.ts';
import { createStderrReader } from './reports/stderr-reader.ts';
import { createTroubleReporter } from './reports/trouble-reporter.ts';

export interface StreamOptions {
  readonly host: RpicamHost;
  readonly config: CameraConfig;
  readonly located: Located;
  readonly events: StreamEvents;
  /** given back at the first frame or the end */
  readonly turn: OpeningTurn;
  readonly log: Logger;
  onFixedFocus(): void;
  /**
   * `located` was assumed, and the program opened another camera, none, or did not say which. No frame of it was given
   * out and no `end` follows: whoever assumed it stops this one, lists, and starts again.
   */
  onWrongCamera(why: string): void;
}

/** @throws what the system says when it has no more descriptors; the turn is given back then */
export async function startStream(options: StreamOptions): Promise<OpenStream> {
  const { host, config, located, events, turn, log, onFixedFocus } = options;
  const { clock, programs } = host;
  let stopping: Promise<StopResult> | undefined;
  const check = createCameraCheck({
    located,
    lastListing: host.lastListing,
    clock,
    onWrongCamera: options.onWrongCamera,
  });
  const focus = createFocusReporter();
  const troubles = createTroubleReporter(clock, (cause, message) => {
    if (stopping === undefined) events.trouble(cause, message);
  });
  let lastFrameMs: number | undefined;
  let isSensorSilent = false;
  let hint: string | undefined;
  let knownEnd: StreamEnd | undefined;

  const splitter = createJpegSplitter({
    // The publisher's slot decides what is too large; this only bounds a frame that never ends.
    maxFrameBytes: Math.max(4 * 1_024 * 1_024, 4 * config.width * config.height),
    now: () => ({ monotonicNs: clock.monotonicNs(), capturedAtMs: clock.nowMs() }),
    onFrame(jpeg, { width, height }, { monotonicNs, capturedAtMs }) {
      if (lastFrameMs === undefined) turn.release();
      lastFrameMs = Number(monotonicNs) / 1e6;
      isSensorSilent = false;
      if (stopping === undefined && check.passes()) events.frame({ jpeg, width, height, monotonicNs, capturedAtMs });
    },
    onGarbage: (byteLength) => troubles.garbage(byteLength),
  });

  const onStderr = (event: StderrEvent) => {
    switch (event.kind) {
      case 'focus': {
        if (event.figure !== undefined && check.isPassed) events.focusFigure?.(event.figure);
        const report = focus.take(event, clock.monotonicMs());
        if (report === undefined || !check.isPassed) break;
        if (report.state === 'fixed') onFixedFocus();
        events.focus({ state: report.state, lensPosition: report.lensPosition });
        break;
      }
      case 'configured':
        turn.configured();
        break;
      case 'sensor':
        if (check.named(event.id) !== 'another') break;
        knownEnd = openedAnother(event.id, located.id);
        void stop();
        break;
      case 'device timeout':
        isSensorSilent = true;
        troubles.report('device timeout', withHint(event.text, hint));
        break;
      case 'hint':
        hint = keepHint(hint, event.text);
        break;
      case 'error':
      case 'other':
        break;
    }
  };
  const stderr = createStderrReader({ clock, onEvent: onStderr });

  const output = await openOutputSocket((chunk) => splitter.push(chunk)).catch((error: unknown) => {
    turn.release();
    throw error;
  });
  const args = streamArguments(config, located.index);
  const child = startChild({
    program: programs.vid,
    args,
    env: programs.env,
    setpriv: programs.setpriv,
    clock,
    stdout: output,
    onStderr: (chunk) => stderr.push(chunk),
  });
  const { pid } = child;
  log.debug({ pid, args }, 'rpicam-vid started');

  void child.ended.then((how) => {
    stderr.end();
    turn.release();
    const { exitCode, signal } = how;
    if (stopping === undefined) {
      const { lastLines, skippedBytes } = stderr;
      log.warn({ pid, exitCode, signal, lastLines: lastLines.slice(-5), skippedBytes }, 'rpicam-vid ended by itself');
    } else log.debug({ pid, exitCode, signal }, 'rpicam-vid stopped');
    if (stopping === undefined) host.lastListing.outdated();
    knownEnd ??= stopping && { cause: 'child exited', message: 'stopped', cameraMissing: false };
    const end =
      knownEnd ??
      explainEnd(how, {
        program: 'rpicam-vid',
        lastError: stderr.lastError,
        lastLibcameraError: stderr.lastLibcameraError,
        hint,
      });
    if (!check.ended(end)) events.end(end);
  });

  const gentleMs = () => {
    if (isSensorSilent) return STALLED_GRACE_MS;
    if (lastFrameMs === undefined) return STARTING_GRACE_MS;
    const silentMs = clock.monotonicMs() - lastFrameMs;
    return silentMs > Math.max(1_000, 3_000 / config.fps) ? STALLED_GRACE_MS : HEALTHY_GRACE_MS;
  };

  const stop = (): Promise<StopResult> => {
    stopping ??= stopChild(child, { clock, gentleMs: gentleMs() }).then((result) => {
      if (result.stuckInKernel)
        log.error({ pid, state: processState(pid) }, 'rpicam-vid cannot be killed: reboot needed');
      return result;
    });
    return stopping;
  };

  return { pid, stop };
}
