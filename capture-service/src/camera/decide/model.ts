// All that the decisions about one camera are made from: a value, no clock and no promise. Times are CLOCK_MONOTONIC ms.

import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { IDLE, type MachineState } from './state.ts';

export type Hold = CameraStatus['hold'];

export interface Settings {
  /** `cam0` */
  readonly camera: string;
  readonly fps: number;
  readonly lingerMs: number;
  readonly snapshotTimeoutMs: number;
  readonly fullIntervalMs: number;
  /** why there is no focus cycle to be had; null: a stream begins with one */
  readonly noFocusCycle: string | null;
}

/** A still that waits: for a frame of the stream, or for the camera to be free. */
export interface WaitingStill {
  readonly request: number;
  readonly full: boolean;
  readonly notBeforeMs: number;
  /** frames that arrive earlier were exposed, at least in part, before the request */
  readonly exposedAfterMs: number;
}

export interface Model {
  readonly settings: Settings;
  readonly state: MachineState;
  /** for people; null where the state says it all */
  readonly cause: string | null;

  readonly hold: Hold;
  readonly leases: number;
  readonly viewers: number;
  /** the camera stays on for those who come back */
  readonly lingerUntilMs: number | null;
  readonly isClosing: boolean;

  /** what the running program was not started with yet, for people; null: nothing */
  readonly newSettings: string | null;
  /** when a stream was last restarted for settings, and when it may be again for those that wait */
  readonly settingsRestartAtMs: number;
  readonly settingsDueAtMs: number | null;

  /** in a row: what the next pause is computed from */
  readonly failures: number;
  readonly retryAtMs: number | null;
  /** when the camera was last looked for and not found */
  readonly notFoundAtMs: number;

  readonly waitingStills: readonly WaitingStill[];
  readonly fullStillAtMs: number;

  /** requests that wait for the end of a focus cycle, and want the stream as long as they do */
  readonly waitingCycles: readonly number[];
  /** when a running stream was last restarted for a cycle */
  readonly focusRestartAtMs: number;
  readonly hasFixedFocus: boolean;
  /** refocuses that nobody asked for come at any rate: when one was last reported, and how many there were since */
  readonly refocusToldAtMs: number;
  readonly refocusesSince: number;
}

export function initialModel(settings: Settings): Model {
  return {
    settings,
    state: IDLE,
    cause: null,
    hold: 'auto',
    leases: 0,
    viewers: 0,
    lingerUntilMs: null,
    isClosing: false,
    newSettings: null,
    settingsRestartAtMs: Number.NEGATIVE_INFINITY,
    settingsDueAtMs: null,
    failures: 0,
    retryAtMs: null,
    notFoundAtMs: Number.NEGATIVE_INFINITY,
    waitingStills: [],
    fullStillAtMs: Number.NEGATIVE_INFINITY,
    waitingCycles: [],
    focusRestartAtMs: Number.NEGATIVE_INFINITY,
    hasFixedFocus: false,
    refocusToldAtMs: Number.NEGATIVE_INFINITY,
    refocusesSince: 0,
  };
}

export function settingsOf(config: CameraConfig): Settings {
  const { camera, fps, lingerMs, snapshotTimeoutMs, fullIntervalMs } = config;
  return { camera, fps, lingerMs, snapshotTimeoutMs, fullIntervalMs, noFocusCycle: noFocusCycle(config) };
}

function noFocusCycle({ camera, autofocus, rpicam }: CameraConfig): string | null {
  if (!autofocus) return `autofocus is off (${camera}_autofocus=0)`;
  return rpicam.lensPosition === undefined ? null : `the lens position is set (${camera}_lens_position)`;
}

/** State and cause for people, e.g. `restarting (stalled: no frame for 10 s)`. */
export function describeState({ state, cause }: Pick<Model, 'state' | 'cause'>): string {
  return cause === null ? state.kind : `${state.kind} (${cause})`;
}
