// One picture by one run of rpicam-still: read to the end of its stdout, and over only when the camera is released.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { isWholeJpeg, readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import { createDeferred } from '@soft-stream/shared/runtime/deferred';
import type { Logger } from 'pino';
import { type ChildEnd, startChild } from '../child-process/child.ts';
import { STALLED_GRACE_MS, stopChild } from '../child-process/stop-ladder.ts';
import type { FocusReport, Located, Still, StillRequest, StreamEnd } from '../driver.ts';
import { createCameraCheck } from './camera-check.ts';
import { stillArguments } from './command-line/arguments.ts';
import { explainEnd, openedAnother, StillError, withHint } from './failure.ts';
import type { RpicamHost } from './listing/host.ts';
import { keepHint } from './reports/stderr-line.ts';
import { createStderrReader } from './reports/stderr-reader.ts';

/** A 64 megapixel sensor at quality 100 stays below. */
const MAX_STILL_BYTES = 64 * 1_024 * 1_024;

export interface StillOptions {
  readonly host: RpicamHost;
  readonly config: CameraConfig;
  readonly located: Located;
  readonly full: boolean;
  /** false when the camera is known to have a fixed focus */
  readonly focus: boolean;
  readonly signal: AbortSignal;
  readonly trouble: StillRequest['trouble'];
  readonly log: Logger;
}

/** Why the program is ended before it is done. */
type GivenUp = 'fixed focus' | 'wrong camera' | 'aborted' | { readonly failure: StreamEnd };

/**
 * @returns the picture; `'fixed focus'` as soon as that is seen while focusing was asked for: capture again without;
 *   `'wrong camera'` when the camera was assumed, and another one, none, or one without a name was opened: list first
 * @throws StillError ERR_STILL, ERR_CAMERA_MISSING; `signal.reason` when aborted
 */
export async function captureStill(options: StillOptions): Promise<Still | 'fixed focus' | 'wrong camera'> {
  const { host, config, located, full, signal, log } = options;
  const { clock, programs } = host;
  const isFocusing = options.focus && config.autofocus && config.rpicam.lensPosition === undefined;
  const turn = await host.takeTurn(signal);
  const picture = createPicture(clock);
  let focus: FocusReport | undefined;
  const focusTimer = createFocusTimer(clock);
  let hint: string | undefined;
  let trouble: string | undefined;
  const { promise: givenUp, resolve: giveUp } = createDeferred<GivenUp>();

  const check = createCameraCheck({
    located,
    lastListing: host.lastListing,
    clock,
    onWrongCamera: () => giveUp('wrong camera'),
  });

  const stderr = createStderrReader({
    clock,
    onEvent(event) {
      if (event.kind === 'configured') turn.configured();
      if (event.kind === 'hint') hint = keepHint(hint, event.text);
      // Said once a second for as long as the sensor is silent: once is enough.
      if (event.kind === 'device timeout' && trouble === undefined) {
        trouble = withHint(event.text, hint);
        options.trouble?.('device timeout', trouble);
      }
      if (event.kind === 'sensor' && check.named(event.id) === 'another')
        giveUp({ failure: openedAnother(event.id, located.id) });
      if (event.kind !== 'focus') return;
      focus = event;
      focusTimer.report(event);
      if (isFocusing && event.state === 'fixed') giveUp('fixed focus');
    },
  });
  const child = startChild({
    program: programs.still,
    args: stillArguments(config, located.index, { full, focus: options.focus }),
    env: programs.env,
    setpriv: programs.setpriv,
    clock,
    stdout(chunk) {
      turn.release();
      check.passes();
      if (!picture.push(chunk)) giveUp({ failure: failure(`rpicam-still wrote more than ${MAX_STILL_BYTES} bytes`) });
    },
    onStderr: (chunk) => stderr.push(chunk),
  });
  log.debug({ pid: child.pid, full }, 'rpicam-still started');
  const onAbort = () => giveUp('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const cancelTimeout = clock.after(config.snapshotTimeoutMs, () => {
    const why = trouble ?? stderr.lastError ?? hint;
    const limit = `rpicam-still took more than ${config.snapshotTimeoutMs / 1_000} s`;
    giveUp({ failure: failure(why === undefined ? limit : `${limit} (${why})`) });
  });

  try {
    const outcome = await Promise.race([child.ended, givenUp]);
    if (typeof outcome === 'object' && 'exitCode' in outcome) {
      stderr.end();
      if (check.ended(endOf(outcome))) return 'wrong camera';
      return readStill(outcome);
    }
    // It has no handler for SIGINT: that ends it at once.
    const { stuckInKernel } = await stopChild(child, { clock, gentleMs: STALLED_GRACE_MS });
    if (stuckInKernel) log.error({ pid: child.pid }, 'rpicam-still cannot be killed: reboot needed');
    if (outcome === 'fixed focus' || outcome === 'wrong camera') return outcome;
    throw outcome === 'aborted' ? signal.reason : new StillError(outcome.failure);
  } finally {
    cancelTimeout();
    signal.removeEventListener('abort', onAbort);
    turn.release();
  }

  function endOf(end: ChildEnd): StreamEnd {
    return explainEnd(end, {
      program: 'rpicam-still',
      lastError: stderr.lastError,
      lastLibcameraError: stderr.lastLibcameraError,
      hint,
    });
  }

  function readStill(end: ChildEnd): Still {
    const jpeg = picture.bytes();
    const size = readJpegSize(jpeg);
    if (size === undefined || !isWholeJpeg(jpeg)) {
      const wrote = jpeg.byteLength === 0 ? 'nothing' : `${jpeg.byteLength} bytes that are not a whole JPEG`;
      throw new StillError(end.exitCode === 0 ? failure(`rpicam-still wrote ${wrote}`) : endOf(end));
    }
    const result = focusResult(focus);
    return {
      jpeg,
      ...size,
      ...picture.startedAt(),
      focus: isFocusing ? result : null,
      ...(isFocusing && result !== null ? { focusDurationMs: focusTimer.durationMs } : {}),
      lensPosition: focus?.lensPosition ?? null,
    };
  }
}

function failure(message: string): StreamEnd {
  return { cause: 'child exited', message, cameraMissing: false };
}

/** How focusing stood at the end of the preview; null when nothing was reported. */
function focusResult(last: FocusReport | undefined): Still['focus'] {
  if (last === undefined || last.state === 'fixed') return null;
  return last.state === 'focused' || last.state === 'failed' ? last.state : 'timeout';
}

/** From the first report to the end of the cycle, or to the last report of one that does not end. */
function createFocusTimer(clock: RpicamHost['clock']) {
  let beganAtMs: number | undefined;
  let atMs = 0;
  let hasEnded = false;
  return {
    report({ state }: FocusReport) {
      beganAtMs ??= clock.monotonicMs();
      if (!hasEnded) atMs = clock.monotonicMs();
      hasEnded = state === 'focused' || state === 'failed';
    },
    get durationMs() {
      return Math.round(atMs - (beganAtMs ?? atMs));
    },
  };
}

function createPicture(clock: RpicamHost['clock']) {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  let startedAt = { monotonicNs: clock.monotonicNs(), capturedAtMs: clock.nowMs() };
  return {
    /** @returns false when it is larger than any still can be */
    push(chunk: Buffer): boolean {
      if (byteLength === 0) startedAt = { monotonicNs: clock.monotonicNs(), capturedAtMs: clock.nowMs() };
      byteLength += chunk.length;
      if (byteLength > MAX_STILL_BYTES) return false;
      chunks.push(chunk);
      return true;
    },
    bytes: () => Buffer.concat(chunks),
    startedAt: () => startedAt,
  };
}
