// A camera that plays a recording: for demonstrations, for tests, and for whoever has no Pi at hand.

import { basename } from 'node:path';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { errorMessage, SoftStreamError } from '@soft-stream/shared/runtime/errors';
import type { CameraDriver, DriverFrame, StreamEvents } from '../driver.ts';
import { loadRecording, type RecordedFrame } from './load-recording.ts';
import { playAtRate } from './play.ts';

/** @throws {SoftStreamError} ERR_RECORDING for a camera without `camN_recording` */
export function createRecordedDriver(config: CameraConfig, clock: Clock): CameraDriver {
  const { autofocus, camera } = config;
  let { fps } = config;
  const path = config.recorded.recording;
  if (path === undefined) throw new SoftStreamError('ERR_RECORDING', `${camera}_recording is not set`);
  const located = { id: path, model: basename(path), index: 0 };
  /** where the next stream or still goes on */
  let position = 0;

  const nextFrame = (frames: readonly RecordedFrame[]): DriverFrame => {
    const frame = frames[position % frames.length];
    if (frame === undefined) throw new SoftStreamError('ERR_RECORDING', `recording ${path} is empty`);
    position = (position + 1) % frames.length;
    return { ...frame, monotonicNs: clock.monotonicNs(), capturedAtMs: clock.nowMs() };
  };

  return {
    kind: 'recorded',
    // A recording may well be one frame.
    traits: { frameSize: 'own', framesDiffer: false },
    configure(next) {
      fps = next.fps;
    },
    locate: async () => located,
    async openStream(_located, events, signal) {
      const frames = await loadRecording(path);
      signal.throwIfAborted();
      return playFrames({ events, fps, clock, hasAutofocus: autofocus, next: () => nextFrame(frames) });
    },
    async captureStill(_located, { signal }) {
      const frames = await loadRecording(path);
      signal.throwIfAborted();
      return { ...nextFrame(frames), focus: null, lensPosition: null };
    },
  };
}

interface Playing {
  readonly events: StreamEvents;
  readonly fps: number;
  readonly clock: Clock;
  readonly hasAutofocus: boolean;
  readonly next: () => DriverFrame;
}

function playFrames({ events, fps, clock, hasAutofocus, next }: Playing) {
  const openedAtMs = clock.monotonicMs();
  let isOver = false;
  const end = (message: string) => {
    if (isOver) return;
    isOver = true;
    stopPlaying();
    events.end({ cause: 'child exited', message, cameraMissing: false });
  };
  let hasReported = false;
  const stopPlaying = playAtRate(fps, clock, () => {
    // A recording cannot focus, which ends every wait for it.
    if (hasAutofocus && !hasReported) events.focus({ state: 'fixed', lensPosition: null });
    hasReported = true;
    try {
      events.frame(next());
    } catch (error) {
      end(errorMessage(error));
    }
  });
  return {
    pid: undefined,
    async stop() {
      end('stopped');
      return { durationMs: clock.monotonicMs() - openedAtMs, stuckInKernel: false };
    },
  };
}
