// One picture of a USB camera: a short stream at the size of the still, and the first whole frame after exposure and
// white balance have settled. A second program cannot stream beside the first, so the camera is free before.

import type { Size } from '@soft-stream/shared/api/camera-status';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Logger } from 'pino';
import type { DriverFrame, Still, StillRequest, StreamEnd } from '../driver.ts';
import { largestMjpegSize, type OfferedSize } from './devices/formats.ts';
import type { V4l2Host } from './devices/host.ts';
import type { VideoDevice } from './devices/read-devices.ts';
import { StillError } from './failure.ts';
import type { Asked } from './process/arguments.ts';
import { startStream } from './stream.ts';

/** Both: the first frames of a cold sensor are overexposed. */
const SETTLE_MS = 1_000;
const SETTLE_FRAMES = 5;
/** Some cameras leave EOI out of most frames: after this a completed one will do. */
const WHOLE_MS = 3_000;

export interface StillOptions {
  readonly host: V4l2Host;
  readonly config: CameraConfig;
  readonly device: VideoDevice;
  readonly request: StillRequest;
  readonly log: Logger;
}

/** @throws StillError ERR_STILL, ERR_CAMERA_MISSING; `signal.reason` when aborted */
export async function captureStill({ host, config, device, request, log }: StillOptions): Promise<Still> {
  const { signal } = request;
  const asked = await stillSize(host, config, device, request);
  let done: (outcome: Still | StreamEnd | 'aborted') => void = () => undefined;
  const outcome = new Promise<Still | StreamEnd | 'aborted'>((resolve) => {
    done = resolve;
  });
  let firstMs: number | undefined;
  let frames = 0;
  let isCut = false;
  const takeFrame = (frame: DriverFrame) => {
    const nowMs = host.clock.monotonicMs();
    firstMs ??= nowMs;
    frames += 1;
    const wasCut = isCut;
    isCut = false;
    const isSettled = nowMs - firstMs >= SETTLE_MS && frames > SETTLE_FRAMES;
    if (!isSettled || (wasCut && nowMs - firstMs < WHOLE_MS)) return;
    done({ ...frame, jpeg: Uint8Array.from(frame.jpeg), focus: null, lensPosition: null });
  };
  const stream = await startStream({
    ...{ host, config, device, asked, log },
    events: { frame: takeFrame, focus() {}, trouble() {}, end: (end) => done(end) },
    onCut: () => {
      isCut = true;
    },
  });
  const onAbort = () => done('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const cancelTimeout = host.clock.after(config.snapshotTimeoutMs, () => done(timedOut(config, frames)));
  try {
    const result = await outcome;
    if (result === 'aborted') throw signal.reason;
    if ('cause' in result) throw new StillError(result);
    return result;
  } finally {
    cancelTimeout();
    signal.removeEventListener('abort', onAbort);
    await stream.stop();
  }
}

function timedOut(config: CameraConfig, frames: number): StreamEnd {
  const limit = `the still took more than ${config.snapshotTimeoutMs / 1_000} s`;
  const seen = frames === 0 ? 'no frame came' : `${frames} frames came before exposure had settled`;
  return { cause: frames === 0 ? 'no first frame' : 'stalled', message: `${limit}: ${seen}`, cameraMissing: false };
}

/** As configured; else, and for a full still, the largest that the camera has. */
async function stillSize(
  host: V4l2Host,
  config: CameraConfig,
  device: VideoDevice,
  { full, signal }: StillRequest,
): Promise<Asked> {
  const { stillSize: configured, format } = config.v4l2;
  const stream = { width: config.width, height: config.height, fps: config.fps };
  if (configured !== undefined && !full) return { ...configured, fps: config.fps };
  if (format === 'yuyv') return configured === undefined ? stream : { ...configured, fps: config.fps };
  const largest = largestMjpegSize(await host.formatsOf(device, signal));
  return largest === undefined ? stream : { ...sizeOf(largest), fps: rateFor(largest, config.fps) };
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}

/** The camera's own rate nearest to the stream's: a large picture often has slow ones only. */
function rateFor({ rates }: OfferedSize, fps: number): number {
  const nearest = [...rates].sort((a, b) => Math.abs(a - fps) - Math.abs(b - fps))[0];
  return nearest === undefined ? fps : Math.max(1, Math.round(nearest));
}
