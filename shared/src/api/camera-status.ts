// The status of one camera, as capture-service reports it and http-service and camctl show it.
// Adding a field keeps version 1; renaming or removing one does not.

import type { ControlState } from './controls.ts';
import { DRIVER_KINDS } from './driver-kinds.ts';

export const CAMERA_STATES = [
  'absent',
  'idle',
  'held-off',
  'starting',
  'focusing',
  'streaming',
  'capturing',
  'restarting',
  'failed',
  /** one that a newer capture-service reported: `unknownState` has its word */
  'unknown',
] as const;
export type CameraState = (typeof CAMERA_STATES)[number];

/** Why a stream was restarted, and whether somebody asked for it; the bounded label set of every counter. */
const RESTART_KINDS = {
  'no first frame': 'failed',
  stalled: 'failed',
  'child exited': 'failed',
  'device timeout': 'failed',
  garbage: 'failed',
  frozen: 'failed',
  'acquire failed': 'failed',
  unplugged: 'failed',
  'no permission': 'failed',
  'no MJPEG': 'failed',
  'no bandwidth': 'failed',
  'listing failed': 'failed',
  // of a camera behind an address
  'name not found': 'failed',
  refused: 'failed',
  'no answer': 'failed',
  password: 'failed',
  'HTTP 404': 'failed',
  TLS: 'failed',
  'not HTTP': 'failed',
  'HTTP error': 'failed',
  'frame too large': 'failed',
  ended: 'failed',
  'not live': 'failed',
  'autofocus request': 'asked',
  'full still': 'asked',
  'setting changed': 'asked',
  operator: 'asked',
  /** one that only a newer capture-service knows */
  other: 'failed',
} as const satisfies Record<string, RestartKind>;

/** Asked for: by the operator, a full still, a focus request. Failed: the watchdog or the camera program ended it. */
export const RESTART_KIND_NAMES = ['asked', 'failed'] as const;
export type RestartKind = (typeof RESTART_KIND_NAMES)[number];
export type RestartCause = keyof typeof RESTART_KINDS;
export const RESTART_CAUSES = Object.keys(RESTART_KINDS) as readonly RestartCause[];

export function restartKind(cause: RestartCause): RestartKind {
  return RESTART_KINDS[cause];
}

/** How many of them nobody asked for. */
export function failedRestarts(byCause: Readonly<Partial<Record<RestartCause, number>>>): number {
  const failed = RESTART_CAUSES.filter((cause) => restartKind(cause) === 'failed');
  return failed.reduce((sum, cause) => sum + (byCause[cause] ?? 0), 0);
}

export const AUTOFOCUS_STATES = ['idle', 'scanning', 'focused', 'failed', 'fixed', 'unknown'] as const;
export type AutofocusState = (typeof AUTOFOCUS_STATES)[number];

export const AUTOFOCUS_RESULTS = ['focused', 'failed', 'timeout'] as const;
export const CAMERA_DRIVERS = [...DRIVER_KINDS, 'unknown'] as const;
export type CameraDriver = (typeof CAMERA_DRIVERS)[number];
export const HOLDS = ['auto', 'on', 'off'] as const;

export interface Size {
  /** pixels */
  readonly width: number;
  readonly height: number;
}

export interface AutofocusStatus {
  readonly state: AutofocusState;
  /** dioptres (1/m); null until the camera reported one */
  readonly lensPosition: number | null;
  /** how the last cycle ended; null before the first */
  readonly lastResult: (typeof AUTOFOCUS_RESULTS)[number] | null;
  readonly lastDurationMs: number | null;
}

export interface FocusFigure {
  readonly value: number;
  /** wall clock ms since 1970 */
  readonly atMs: number;
}

/** How often the camera was opened for a stream. */
export interface CameraStarts {
  readonly total: number;
  /** of these, at once where the camera was last seen, without listing the cameras first */
  readonly withoutListing: number;
  /** of those, where another camera turned out to be: listed after all, before a frame was shown */
  readonly corrected: number;
}

export interface CameraStatus {
  readonly version: 1;
  /** `cam0`, `cam1`, ... */
  readonly camera: string;
  readonly name: string;
  readonly state: CameraState;
  /** the word for a state that this version does not know; only there beside `unknown` */
  readonly unknownState?: string;
  /** why it is in this state, for people; null where the state says it all */
  readonly cause: string | null;
  /** wall clock ms since 1970 at which this state was entered */
  readonly sinceMs: number;
  /** people watching, as the lease holders count them */
  readonly viewers: number;
  /** connections that hold a lease */
  readonly leases: number;
  /** frames per second measured over the last seconds; 0 when nothing streams */
  readonly fps: number;
  readonly requested: Size & { readonly fps: number };
  /** size read from the stream itself; null before the first frame */
  readonly negotiated: Size | null;
  /** null when autofocus is off for this camera */
  readonly autofocus: AutofocusStatus | null;
  readonly restarts: {
    readonly total: number;
    /** of these, those that nobody asked for */
    readonly failed: number;
    readonly byCause: Readonly<Partial<Record<RestartCause, number>>>;
  };
  readonly starts: CameraStarts;
  /** wall clock ms of the next attempt while `failed`, `restarting` or `absent`; else null */
  readonly nextTryAtMs: number | null;
  readonly driver: CameraDriver;
  /** libcamera id and sensor model as last seen; null before that (and for recordings: the recording's name) */
  readonly cameraId: string | null;
  readonly model: string | null;
  /** the operator's word: `auto` follows demand */
  readonly hold: (typeof HOLDS)[number];
  readonly frames: {
    readonly published: number;
    readonly bytes: number;
    /** by reason: `too large`, `garbage`, `held back` */
    readonly dropped: Readonly<Record<string, number>>;
  };
  readonly stills: { readonly taken: number; readonly failed: number; readonly lastError: string | null };
  /** shared-memory object of this camera and its size in bytes */
  readonly object: { readonly name: string; readonly byteLength: number };
  /** what can be set while the camera runs, by name */
  readonly controls: Readonly<Record<string, ControlState>>;
  /** the camera's own figure of merit of the newest frame (larger = sharper); null while nothing streams or it tells none */
  readonly focusFigure: FocusFigure | null;
  /** process id of the running camera program; null when none runs */
  readonly pid: number | null;
}

/** One event of a camera and what was done about it, for support: words that may change, beside a status. */
export interface CameraTraceEntry {
  /** wall clock ms since 1970 */
  readonly timeMs: number;
  readonly event: string;
  /** the state it led to */
  readonly state: string;
  readonly actions: readonly string[];
}
