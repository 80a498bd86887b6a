// broker.sock: what the web side may ask of capture-service, and the notifications that it gets. JSON-RPC 2.0, one message a line.

import { RATE_LIMITED } from '../rpc/rpc-error.ts';
import type { CameraStatus, Size } from './camera-status.ts';
import type { CameraControls, ControlChanges, ResetControlsParams, SetControlsParams } from './controls.ts';
import type { Hello } from './versions.ts';

export const PING_INTERVAL_MS = 5_000;
/** A lease ends when a ping stays unanswered this long: a stopped process keeps its socket. */
export const PING_TIMEOUT_MS = 10_000;

export interface CameraDescription {
  readonly camera: string;
  readonly name: string;
  /** as given to shm_open, e.g. `/soft-stream.cam0`; the file is `/dev/shm` + this */
  readonly objectName: string;
  readonly requested: Size & { readonly fps: number };
}

export interface LeaseParams {
  readonly camera: string;
  /** 0 to 100000; people behind this lease */
  readonly viewers: number;
}

export interface StillParams {
  readonly camera: string;
  /** the camera's own still size also while a stream runs (which is interrupted for it) */
  readonly full: boolean;
  /** CLOCK_MONOTONIC ms: exposure must begin after this; 0 = any capture under way may be joined */
  readonly notBeforeMs: number;
}

export interface StillResult {
  readonly camera: string;
  /** which ring holds it: the newest stream frame (a stream was running) or the still slot */
  readonly source: 'stream' | 'still';
  /** decimal string (64 bit) */
  readonly sequence: string;
  readonly byteLength: number;
  readonly width: number;
  readonly height: number;
  readonly capturedAtMs: number;
  readonly monotonicNs: string;
}

export interface BrokerMethods {
  /**
   * For programs beside http-service that read frames: which shared-memory object is whose. http-service derives the
   * names from the run directory, so that it has the last frame also while capture-service is unreachable.
   */
  cameras: { params: undefined; result: { readonly version: 1; readonly cameras: readonly CameraDescription[] } };
  status: { params: undefined; result: { readonly version: 1; readonly cameras: readonly CameraStatus[] } };
  'lease.open': { params: LeaseParams; result: CameraStatus };
  'lease.close': { params: { readonly camera: string }; result: CameraStatus };
  still: { params: StillParams; result: StillResult };
  /** answers when the cycle was accepted, not when it ended; `joined`: one was running already */
  autofocus: { params: { readonly camera: string }; result: { readonly joined: boolean } };
  controls: { params: { readonly camera: string }; result: CameraControls };
  /** all or nothing; only what camN_web_controls names */
  'controls.set': { params: SetControlsParams; result: CameraControls };
  'controls.reset': { params: ResetControlsParams; result: CameraControls };
}

export interface FrameNotification {
  readonly camera: string;
  /** decimal string (64 bit) */
  readonly sequence: string;
  readonly slot: number;
  readonly byteLength: number;
  readonly capturedAtMs: number;
  /** decimal string: nanoseconds pass 2^53 */
  readonly monotonicNs: string;
}

export interface BrokerNotifications {
  /** the first thing that is said on a connection; a version that says nothing is older than it */
  hello: Hello;
  frame: FrameNotification;
  /** to everybody, on every change and once at connection for each camera */
  state: CameraStatus;
  /** to everybody: what was set at run time, or given back to the file */
  controls: ControlChanges;
  /** to lease holders; answered by the notification `pong` with the same `id` */
  ping: { readonly id: number };
}

/** From the web side to capture-service. */
export interface BrokerClientNotifications {
  hello: Hello;
  pong: { readonly id: number };
}

/** Our own JSON-RPC error codes: outside -32768..-32000, which the standard keeps. */
export const RPC_ERRORS = {
  unknownCamera: 1001,
  cameraAbsent: 1002,
  heldOff: 1003,
  captureFailed: 1004,
  /** data.retryAfterMs */
  rateLimited: RATE_LIMITED,
  noAutofocus: 1006,
  refused: 1007,
  /** data.item */
  invalidControl: 1008,
  controlNotAllowed: 1009,
} as const;
