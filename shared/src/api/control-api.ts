// operator/control.sock: the operator's commands (camctl). JSON-RPC 2.0, one message a line.

import type { CameraStatus, CameraTraceEntry } from './camera-status.ts';
import type { CameraControls, ResetControlsParams, SetControlsParams } from './controls.ts';
import type { DriverKind } from './driver-kinds.ts';

export interface SeenCamera {
  readonly index: number;
  readonly id: string;
  readonly model: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly modes: readonly string[];
  /** the configured camera that this one serves, if any */
  readonly camera: string | null;
  /** ready to paste, e.g. `cam0_id=/base/...`; for a camera nobody configured the next free camN */
  readonly idLine: string;
  /** where it is not the default: to be set beside the id */
  readonly driver?: DriverKind;
}

export interface DoctorLine {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly what: string;
  /** what to do; absent when ok */
  readonly advice?: string;
}

/** What the operator gets beside what everybody does: the last events, oldest first. */
export interface TracedStatus extends CameraStatus {
  readonly trace: readonly CameraTraceEntry[];
}

/** `camera: null` means every camera. */
export interface CameraSelection {
  readonly camera: string | null;
}

export interface CameraOutcome {
  readonly camera: string;
  readonly ok: boolean;
  readonly message: string;
}

export interface ControlMethods {
  status: {
    params: CameraSelection;
    result: { readonly version: 1; readonly cameras: readonly TracedStatus[] };
  };
  cameras: { params: undefined; result: { readonly version: 1; readonly cameras: readonly SeenCamera[] } };
  start: { params: CameraSelection; result: readonly CameraOutcome[] };
  stop: { params: CameraSelection; result: readonly CameraOutcome[] };
  auto: { params: CameraSelection; result: readonly CameraOutcome[] };
  /** answers when the cycle has ended, with its result in the message */
  autofocus: { params: CameraSelection; result: readonly CameraOutcome[] };
  restart: { params: CameraSelection; result: readonly CameraOutcome[] };
  rescan: { params: undefined; result: readonly CameraOutcome[] };
  /** the picture is in the still slot or stream ring of `objectName`; camctl reads it there like a subscriber */
  snapshot: {
    params: { readonly camera: string; readonly full: boolean };
    result: import('./broker-api.ts').StillResult & { readonly objectName: string };
  };
  get: { params: CameraSelection; result: { readonly version: 1; readonly cameras: readonly CameraControls[] } };
  /** all or nothing */
  set: { params: SetControlsParams; result: CameraControls };
  /** the values of the environment file again */
  reset: { params: ResetControlsParams; result: CameraControls };
  /** from now on this connection gets `event` notifications */
  subscribe: { params: undefined; result: null };
  doctor: {
    params: undefined;
    result: {
      readonly version: 1;
      readonly lines: readonly DoctorLine[];
      /** of capture-service; null where it does not report one */
      readonly serviceVersion: string | null;
    };
  };
}

/** One line of `camctl events`. */
export interface ControlEvent {
  /** wall clock ms since 1970 */
  readonly timeMs: number;
  readonly camera: string;
  /** `state`, `autofocus`, `restart`, `still` or `viewers`; a newer version may have more */
  readonly event: string;
  readonly status: CameraStatus;
  readonly message: string;
}

export interface ControlNotifications {
  event: ControlEvent;
}
