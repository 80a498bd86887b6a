// The API of a camera: what the sockets may ask of it, and what it reports.

import type { FrameNotification, StillParams, StillResult } from '@soft-stream/shared/api/broker-api';
import type { CameraStatus, CameraTraceEntry } from '@soft-stream/shared/api/camera-status';
import type { ControlEvent } from '@soft-stream/shared/api/control-api';
import type { ControlChange } from '@soft-stream/shared/api/controls';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import type { Controls } from '../controls/controls.ts';
import type { CameraDriver } from '../drivers/driver.ts';
import type { Hold } from './decide/model.ts';
import type { FocusOutcome } from './focus/gate.ts';
import type { FrameRing } from './stream/sink.ts';

export interface CameraOptions {
  /** what the environment file says, and what was set over it */
  readonly controls: Controls;
  readonly driver: CameraDriver;
  readonly ring: FrameRing;
  readonly object: CameraStatus['object'];
  readonly clock: Clock;
  readonly log: Logger;
  readonly listener: CameraListener;
}

export interface CameraListener {
  /** published: to lease holders */
  frame(frame: FrameNotification): void;
  /** on every change */
  status(status: CameraStatus): void;
  event(event: ControlEvent['event'], message: string): void;
  controls(changes: readonly ControlChange[], status: CameraStatus): void;
}

export interface Camera {
  readonly config: CameraConfig;
  readonly controls: Controls;
  status(): CameraStatus;
  /** the last events and what was done about them, oldest first */
  trace(): readonly CameraTraceEntry[];
  setLeases(leases: number, viewers: number): void;
  /** `on`: streams without viewers; `off`: nothing runs; `auto`: follows demand */
  hold(hold: Hold): void;
  /** @throws {CameraRefusal}; or `signal.reason` */
  still(request: Pick<StillParams, 'full' | 'notBeforeMs'>, signal?: AbortSignal): Promise<StillResult>;
  /** @throws {CameraRefusal} */
  autofocus(): { readonly joined: boolean };
  /** @throws {CameraRefusal} */
  runFocusCycle(signal?: AbortSignal): Promise<FocusOutcome>;
  /** @returns false when there is nothing to restart */
  restart(): boolean;
  /** Looks for a camera that does not run, and starts it where it is wanted. Never throws. */
  look(signal?: AbortSignal): Promise<void>;
  /** Resolves when nothing runs any more. */
  close(): Promise<void>;
}
