// The video of one camera: pictures in, access units out. The newest picture alone waits for the encoder; whoever joins
// gets a key frame at once, of the picture that everybody sees; an encoder that ends is started again.

import { readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { type Encoder, type EncoderOptions, startEncoder } from './encoder.ts';
import { type EncoderSettings, evenSize } from './ffmpeg-arguments.ts';
import type { AccessUnit } from './flv-reader.ts';
import { createPictureTimes } from './picture-times.ts';

export interface PictureSource {
  /** undefined: there is nothing newer */
  take(): { readonly jpeg: Buffer; readonly monotonicMs: number } | undefined;
  /** Drawn pictures fit themselves to the video, live ones decide its size. */
  readonly isLive: boolean;
}

export interface CameraEncoderOptions {
  readonly settings: EncoderSettings;
  /** @param unit `timeMs` is CLOCK_MONOTONIC ms */
  onUnit(unit: AccessUnit): void;
  onProblem(message: string): void;
  readonly withDeathSignal: EncoderOptions['withDeathSignal'];
  readonly clock: Clock;
}

export interface CameraEncoder {
  /** The newest picture; one that still waits is given up for it. */
  show(source: PictureSource): void;
  /** The next access unit is a key frame, of the last picture when there is no newer one. */
  wantKeyFrame(): void;
  readonly frames: number;
  readonly bytes: number;
  readonly dropped: number;
  stop(): void;
}

/** One is being encoded while the next one is on its way. */
const MAX_IN_FLIGHT = 2;
const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;
/** FLV's times end at 2^31 ms. */
const MAX_AGE_MS = 20 * 24 * 3_600_000;

export function createCameraEncoder(options: CameraEncoderOptions): CameraEncoder {
  const { clock, onUnit, onProblem } = options;
  const times = createPictureTimes();
  let encoder: Encoder | undefined;
  let originMs = 0;
  let waiting: PictureSource | undefined;
  let last: Buffer | undefined;
  let isKeyWanted = false;
  let failures = 0;
  let cancelRetry: (() => void) | undefined;
  const count = { frames: 0, bytes: 0, dropped: 0 };

  const start = (settings: EncoderSettings) => {
    encoder?.close();
    // Even, so that times keep their meaning: see picture-times.ts.
    originMs = Math.floor(clock.monotonicMs() / 2) * 2 - 1_000;
    isKeyWanted = false;
    encoder = startEncoder({
      settings,
      withDeathSignal: options.withDeathSignal,
      onUnit(unit) {
        failures = 0;
        count.frames++;
        count.bytes += unit.bytes.byteLength;
        onUnit({ ...unit, timeMs: unit.timeMs + originMs });
        pump();
      },
      onEnd(problem) {
        encoder = undefined;
        onProblem(problem);
        cancelRetry = clock.after(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? 0, () => {
          cancelRetry = undefined;
          pump();
        });
      },
      clock,
    });
  };

  /** The encoder for this picture: another one when the camera's size has changed. */
  const encoderFor = (jpeg: Buffer, isLive: boolean): Encoder | undefined => {
    const isOld = clock.monotonicMs() - originMs > MAX_AGE_MS;
    const size = isLive ? readJpegSize(jpeg) : undefined;
    const { width, height } = evenSize(size ?? encoder?.settings ?? options.settings);
    const fits = encoder?.settings.width === width && encoder.settings.height === height;
    if (!fits || isOld) start({ ...options.settings, width, height });
    return encoder;
  };

  const pump = () => {
    if (cancelRetry !== undefined || (encoder !== undefined && encoder.inFlight >= MAX_IN_FLIGHT)) return;
    const source = waiting;
    waiting = undefined;
    const picture = source?.take();
    const jpeg = picture?.jpeg ?? (isKeyWanted || encoder === undefined ? last : undefined);
    if (jpeg === undefined) return;
    const into = encoderFor(jpeg, source?.isLive === true && picture !== undefined);
    const timeMs = times.next(picture?.monotonicMs ?? clock.monotonicMs(), isKeyWanted);
    isKeyWanted = false;
    last = jpeg;
    into?.encode(jpeg, timeMs - originMs);
  };

  return {
    show(source) {
      if (waiting !== undefined) count.dropped++;
      waiting = source;
      pump();
    },
    wantKeyFrame() {
      isKeyWanted = true;
      pump();
    },
    get frames() {
      return count.frames;
    },
    get bytes() {
      return count.bytes;
    },
    get dropped() {
      return count.dropped;
    },
    stop() {
      cancelRetry?.();
      cancelRetry = undefined;
      encoder?.close();
      encoder = undefined;
      waiting = undefined;
      last = undefined;
    },
  };
}
