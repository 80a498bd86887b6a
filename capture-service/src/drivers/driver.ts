// The one interface between the camera state machine and whatever makes frames (DRIVER_KINDS in shared).
// A driver holds no policy: it locates, streams, takes stills and reports; when and why is decided by the camera.

import type { AutofocusState, RestartCause, Size } from '@soft-stream/shared/api/camera-status';
import type { DriverKind } from '@soft-stream/shared/api/driver-kinds';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { ControlSetting } from '@soft-stream/shared/config/drivers/v4l2-formats';

/** Where the camera was found at this moment; looked up again at every start. */
export interface Located {
  readonly id: string;
  readonly model: string | null;
  /** index for `--camera`, or the place among the USB cameras; 0 for recordings */
  readonly index: number;
  /** taken from an earlier listing: the driver makes sure of it before it gives out a frame */
  readonly isAssumed?: boolean;
}

export interface DriverFrame {
  /** SOI..EOI; a view that is valid until the callback returns */
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** CLOCK_MONOTONIC when its first byte was there */
  readonly monotonicNs: bigint;
  readonly capturedAtMs: number;
}

export interface FocusReport {
  readonly state: AutofocusState;
  readonly lensPosition: number | null;
}

export interface StreamEnd {
  readonly cause: RestartCause;
  /** for people: the program's own error text, exit code or signal */
  readonly message: string;
  /** the device is gone (`no cameras available`, index out of range): look for it, do not just restart */
  readonly cameraMissing: boolean;
  /** the next attempt is of no use before that, whatever the pauses between attempts are; ms */
  readonly retryAfterMs?: number;
}

export interface StreamEvents {
  frame(frame: DriverFrame): void;
  /** on change only, never per frame */
  focus(report: FocusReport): void;
  /** per frame, where the program tells it: its own measure of how sharp the picture is */
  focusFigure?(value: number): void;
  /** the program said something is wrong while it goes on, e.g. `device timeout`; `garbage` with a byte count */
  trouble(cause: RestartCause, message: string): void;
  /** Another camera was where this one was assumed: it was located after all, and is opened again there. */
  corrected?(): void;
  /** The source says that it is there and has no live picture, which is not silence; why stands in `trouble`. */
  alive?(): void;
  /** exactly once, also after stop(); the camera is released when it comes */
  end(end: StreamEnd): void;
}

export interface OpenStream {
  readonly pid: number | undefined;
  /** Walks the stop ladder; resolves when the program is gone and the camera released (or given up on: state D). Idempotent. */
  stop(): Promise<StopResult>;
}

export interface StopResult {
  readonly durationMs: number;
  /** the program did not die of SIGKILL: it sits in the kernel and only a reboot helps */
  readonly stuckInKernel: boolean;
}

export interface Still extends Size {
  readonly jpeg: Uint8Array;
  readonly monotonicNs: bigint;
  readonly capturedAtMs: number;
  /** how focusing before the still ended; null without autofocus */
  readonly focus: 'focused' | 'failed' | 'timeout' | null;
  /** how long focusing took; absent where the driver does not know */
  readonly focusDurationMs?: number;
  readonly lensPosition: number | null;
}

export interface StillRequest {
  /** the sensor's full resolution; else the configured snapshot size */
  readonly full: boolean;
  readonly signal: AbortSignal;
  /** the program said something is wrong while it goes on: the reason, should the still run into its limit */
  readonly trouble?: (cause: RestartCause, message: string) => void;
}

/** What can be set while the camera streams, under the driver's own names. */
export interface DriverControls {
  list(signal?: AbortSignal): Promise<readonly DriverControl[]>;
  /** Takes common names too, and sets what can be set. */
  set(
    values: readonly ControlSetting[],
    signal?: AbortSignal,
  ): Promise<{
    readonly set: readonly { readonly name: string; readonly value: number }[];
    readonly refused: readonly { readonly name: string; readonly reason: string }[];
  }>;
}

export interface DriverControl {
  readonly name: string;
  /** `int`, `bool`, `menu`, ... */
  readonly type: string;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly step: number | undefined;
  readonly default: number | undefined;
  readonly value: number | undefined;
  /** set by the camera itself at the moment, e.g. the focus while autofocus is on */
  readonly isInactive: boolean;
  readonly isReadOnly: boolean;
  readonly menu: readonly { readonly value: number; readonly label: string }[];
}

/** What the camera has to know of frames of this kind to judge them. */
export interface DriverTraits {
  /** Which size they have: the one that was asked for, the nearest that there is, or their own. Another one is logged as a warning. */
  readonly frameSize: 'requested' | 'nearest' | 'own';
  /** Noise of a sensor: no two frames are equal, so the same one for long is a frozen sensor. */
  readonly framesDiffer: boolean;
  /** false: a full still is no better than a frame of the stream, which is not interrupted for one */
  readonly hasFullStills?: boolean;
}

export interface CameraDriver {
  readonly kind: DriverKind;
  readonly traits: DriverTraits;
  /** Silence that is nothing yet, whatever shorter time the watchdog is set to; ms. */
  readonly patience?: { readonly firstFrameMs: number; readonly betweenFramesMs: number };
  readonly controls?: DriverControls;
  /** From the next start on; what runs goes on as it was started. */
  configure?(config: CameraConfig): void;
  /**
   * Where it was when the cameras were last listed, as long as nothing has changed since; undefined: `locate` it.
   * Free of cost, and never wrong for long: what it gives is checked by the program that opens it.
   */
  known?(): Located | undefined;
  /** undefined: it is not there (listing worked). @throws ListingError ERR_LISTING when listing itself failed */
  locate(signal: AbortSignal): Promise<Located | undefined>;
  /** Starts streaming what `locate` found. Reports through `events`, never by throwing after it resolved. */
  openStream(located: Located, events: StreamEvents, signal: AbortSignal): Promise<OpenStream>;
  /** One picture; the camera is released when it settles, however it ends. */
  captureStill(located: Located, request: StillRequest): Promise<Still>;
}
