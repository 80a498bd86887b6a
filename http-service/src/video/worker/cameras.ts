// The cameras of the worker: for each what feeds its encoder, and the encoder while somebody watches.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import { type CameraEncoder, createCameraEncoder, type PictureSource } from '../encoder/camera-encoder.ts';
import type { EncoderOptions } from '../encoder/encoder.ts';
import type { AccessUnit } from '../encoder/flv-reader.ts';
import type { EncoderCount, WorkerCamera } from '../ipc/protocol.ts';

export interface CamerasOptions {
  readonly cameras: readonly WorkerCamera[];
  openRing(objectName: string): PictureSource;
  readonly withDeathSignal: EncoderOptions['withDeathSignal'];
  onUnit(camera: string, unit: AccessUnit): void;
  onProblem(camera: string, message: string): void;
  onCount(count: EncoderCount): void;
  readonly clock: Clock;
}

export interface Cameras {
  has(camera: string): boolean;
  /** @param jpeg drawn; null: the newest of the ring */
  show(camera: string, jpeg: Buffer | null): void;
  wantKeyFrame(camera: string): void;
  stop(camera: string): void;
  stopAll(): void;
}

const COUNT_EVERY_MS = 1_000;

interface Running {
  readonly ring: PictureSource;
  readonly encoder: CameraEncoder;
  countedMs: number;
}

export function createCameras(options: CamerasOptions): Cameras {
  const { clock } = options;
  const settings = new Map(options.cameras.map((each) => [each.camera, each]));
  const running = new Map<string, Running>();

  const start = (camera: string): Running | undefined => {
    const configured = settings.get(camera);
    if (configured === undefined) return undefined;
    const started: Running = {
      ring: options.openRing(configured.objectName),
      encoder: createCameraEncoder({
        settings: configured,
        withDeathSignal: options.withDeathSignal,
        onUnit(unit) {
          options.onUnit(camera, unit);
          tellCount(camera, started);
        },
        onProblem: (message) => options.onProblem(camera, message),
        clock,
      }),
      countedMs: 0,
    };
    running.set(camera, started);
    return started;
  };
  const tellCount = (camera: string, counted: Running) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - counted.countedMs < COUNT_EVERY_MS) return;
    counted.countedMs = nowMs;
    const { frames, bytes, dropped } = counted.encoder;
    options.onCount({ camera, frames, bytes, dropped });
  };
  const stop = (camera: string) => {
    running.get(camera)?.encoder.stop();
    running.delete(camera);
  };

  return {
    has: (camera) => settings.has(camera),
    show(camera, jpeg) {
      const found = running.get(camera) ?? start(camera);
      found?.encoder.show(jpeg === null ? found.ring : drawnSource(jpeg, clock));
    },
    wantKeyFrame: (camera) => running.get(camera)?.encoder.wantKeyFrame(),
    stop,
    stopAll() {
      for (const camera of [...running.keys()]) stop(camera);
    },
  };
}

function drawnSource(jpeg: Buffer, clock: Clock): PictureSource {
  return { isLive: false, take: () => ({ jpeg, monotonicMs: clock.monotonicMs() }) };
}
