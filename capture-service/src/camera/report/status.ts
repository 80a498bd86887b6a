// What is remembered of one camera: sizes, counters, focus; and how it is reported as a CameraStatus.

import {
  type AutofocusStatus,
  type CameraStatus,
  type FocusFigure,
  failedRestarts,
  type RestartCause,
  type Size,
} from '@soft-stream/shared/api/camera-status';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { FocusReport, Located } from '../../drivers/driver.ts';
import type { CaptureEnded } from '../decide/events.ts';
import { stillFailure } from '../decide/still-plan.ts';
import type { FocusOutcome } from '../focus/gate.ts';

export type DropReason = 'too large' | 'garbage' | 'held back';

/** The part of the status that others know at the moment of asking. */
export type StatusNow = Pick<
  CameraStatus,
  'state' | 'cause' | 'sinceMs' | 'viewers' | 'leases' | 'fps' | 'nextTryAtMs' | 'hold' | 'pid' | 'controls'
>;

export interface CameraRecord {
  readonly autofocus: AutofocusStatus | null;
  readonly negotiated: Size | null;
  readonly published: number;
  status(now: StatusNow): CameraStatus;
  configured(config: CameraConfig): void;
  /** per frame */
  focusFigure(value: number, atMs: number): void;
  located(located: Located): void;
  /** a stream is opened there */
  started(located: Located): void;
  /** another camera was there: this one was listed, and started again */
  startCorrected(): void;
  sized(size: Size): void;
  framePublished(byteLength: number): void;
  dropped(reason: DropReason): void;
  restarted(cause: RestartCause): void;
  stillEnded(end: CaptureEnded): void;
  /** @returns whether the change is worth reporting: the lens moves with every frame of a scan */
  focus(report: FocusReport): boolean;
  focusSettled(outcome: FocusOutcome): void;
  /** the stream is over: what the lens does now is not known */
  streamEnded(): void;
}

const UNKNOWN_FOCUS: AutofocusStatus = { state: 'idle', lensPosition: null, lastResult: null, lastDurationMs: null };

export function createRecord(
  config: CameraConfig,
  driver: CameraStatus['driver'],
  object: CameraStatus['object'],
): CameraRecord {
  const { camera, name, width, height } = config;
  let { fps } = config;
  let focusFigure: FocusFigure | null = null;
  const byCause: Partial<Record<RestartCause, number>> = {};
  const dropped: Record<DropReason, number> = { 'too large': 0, garbage: 0, 'held back': 0 };
  const stills = { taken: 0, failed: 0, lastError: null as string | null };
  let autofocus: AutofocusStatus | null = config.autofocus ? UNKNOWN_FOCUS : null;
  let identity: Located | undefined;
  let negotiated: Size | null = null;
  let published = 0;
  let bytes = 0;
  let restarts = 0;
  const starts = { total: 0, withoutListing: 0, corrected: 0 };

  return {
    get autofocus() {
      return autofocus;
    },
    get negotiated() {
      return negotiated;
    },
    get published() {
      return published;
    },
    status: (now) => ({
      version: 1,
      camera,
      name,
      ...now,
      requested: { width, height, fps },
      negotiated,
      autofocus,
      restarts: { total: restarts, failed: failedRestarts(byCause), byCause: { ...byCause } },
      starts: { ...starts },
      driver,
      cameraId: identity?.id ?? null,
      model: identity?.model ?? null,
      frames: { published, bytes, dropped: { ...dropped } },
      stills: { ...stills },
      object,
      focusFigure,
    }),
    configured(next) {
      fps = next.fps;
      autofocus = next.autofocus ? (autofocus ?? UNKNOWN_FOCUS) : null;
    },
    focusFigure(value, atMs) {
      focusFigure = { value, atMs };
    },
    located(located) {
      identity = located;
    },
    started(located) {
      identity = located;
      starts.total += 1;
      if (located.isAssumed) starts.withoutListing += 1;
    },
    startCorrected() {
      starts.corrected += 1;
    },
    sized(size) {
      negotiated = size;
    },
    framePublished(byteLength) {
      published += 1;
      bytes += byteLength;
    },
    dropped(reason) {
      dropped[reason] += 1;
    },
    restarted(cause) {
      restarts += 1;
      byCause[cause] = (byCause[cause] ?? 0) + 1;
    },
    stillEnded(end) {
      const failure = stillFailure(end);
      if (failure === null) stills.taken += 1;
      else stills.failed += 1;
      stills.lastError = failure;
    },
    focus({ state, lensPosition }) {
      if (autofocus === null) return false;
      const changed = autofocus.state !== state || (state !== 'scanning' && autofocus.lensPosition !== lensPosition);
      autofocus = { ...autofocus, state, lensPosition };
      return changed;
    },
    focusSettled({ result, durationMs, lensPosition }) {
      if (autofocus === null) return;
      autofocus =
        result === 'fixed'
          ? { ...autofocus, state: 'fixed', lensPosition }
          : { ...autofocus, lensPosition, lastResult: result, lastDurationMs: durationMs };
    },
    streamEnded() {
      focusFigure = null;
      if (autofocus !== null && autofocus.state !== 'fixed') autofocus = { ...autofocus, state: 'idle' };
    },
  };
}

/** What the cameras do, in one line for `systemctl status`. */
export function statusLine(cameras: readonly CameraStatus[]): string {
  return cameras.map(describeCamera).join('; ');
}

function describeCamera({ camera, state, cause, viewers }: CameraStatus): string {
  const why = cause === null ? '' : ` (${cause})`;
  return `${camera} ${state}${why}, ${viewers} ${viewers === 1 ? 'viewer' : 'viewers'}`;
}
