// One camera as the routes of this package use it: what is known of it, and what may be asked of it.

import type { Socket } from 'node:net';
import type { CameraControls, ControlValue } from '@soft-stream/shared/api/controls';
import type { Boundary } from '@soft-stream/shared/mjpeg/multipart-writer';
import type { KeptFrame } from '../frames/frame-reader.ts';
import type { SnapshotRequest } from '../snapshot/snapshot-parameters.ts';
import type { CameraMonitor } from '../status/camera-monitor.ts';
import type { CameraVideo } from '../video/host/camera-video.ts';

export interface WatchOptions {
  /** its response head is written, or waits corked; the camera writes parts to it until it closes */
  readonly socket: Socket;
  /** the form of the stream that Chromium paints at once */
  readonly advance: boolean;
  /** between the parts */
  readonly boundary: Boundary;
  /** fewer frames a second; undefined: all */
  readonly fps: number | undefined;
  /** CLOCK_MONOTONIC ms of the request */
  readonly requestedAtMs: number;
}

export interface Snapshot {
  readonly jpeg: Buffer;
  /** wall clock ms of the capture */
  readonly capturedAtMs: number;
}

/** Each answers with what holds then. @throws {HttpProblem} */
export interface PortalControls {
  get(): Promise<CameraControls>;
  set(values: Readonly<Record<string, ControlValue>>): Promise<CameraControls>;
  /** @param name null: all that the page may set */
  reset(name: string | null): Promise<CameraControls>;
}

export interface PortalCamera extends CameraMonitor {
  readonly video: CameraVideo;
  /** @throws {HttpProblem} ERR_TOO_MANY_VIEWERS when one more may not watch now */
  admitViewer(): void;
  /** The same for who only asks (HEAD), and is not counted as refused. @throws {HttpProblem} ERR_TOO_MANY_VIEWERS */
  assertAdmissible(): void;
  watch(options: WatchOptions): void;
  /** The newest frame, however old, without asking for one; undefined: there was none yet. */
  glance(): KeptFrame | undefined;
  /** Keeps the camera streaming until released, without counting as a viewer. */
  hold(): () => void;
  /** @throws {HttpProblem} */
  snapshot(request: SnapshotRequest): Promise<Snapshot>;
  readonly controls: PortalControls;
  /** Accepted, not ended. @throws {HttpProblem} */
  autofocus(): Promise<{ readonly joined: boolean }>;
}
