// What a route may see of one camera: its configuration, what is true of it now, and what may be asked of it.
// Routes get this interface and nothing else; camera/open-camera.ts is the real one, tests write small ones.

import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import type { AppConfig, CameraConfig } from '@soft-stream/shared/config/camera-config';

export type PictureKind = 'live' | 'held' | 'placeholder';

/** The answer of `/status`: what capture says of the camera, and what this process adds. */
export interface PortalStatus extends CameraStatus {
  /** wall clock ms since 1970 at which this was said: readers with another clock count ages from it */
  readonly nowMs: number;
  /** false: capture-service is away; the rest is then the last that was heard of it (or the configuration's defaults) */
  readonly captureReachable: boolean;
  readonly picture: {
    /** what viewers are shown now; null while nobody watches */
    readonly kind: PictureKind | null;
    /** ms since the picture shown was captured; null without one */
    readonly ageMs: number | null;
  };
  readonly http: {
    readonly version: string;
    /** wall clock ms since 1970 */
    readonly startedAtMs: number;
    /** streams that are open on this camera in this process */
    readonly viewers: number;
    /** TCP port that this camera listens on; null with a unix socket alone */
    readonly port: number | null;
  };
}

/** Counted since the process started; plain numbers, read by `/metrics` and `/status`. */
export interface StreamCounters {
  /** parts handed to viewers, by kind */
  readonly delivered: Record<PictureKind, number>;
  /** bytes of those parts, heads included */
  bytesSent: number;
  /** frames not handed to a viewer: `busy` it was still taking the last one, `fps` it asked for fewer */
  readonly dropped: { busy: number; fps: number };
  /** frames announced by capture that could not be read (overwritten in the meantime, object replaced) */
  framesMissed: number;
  viewersOpened: number;
  /** ended by us, by reason */
  readonly viewersRefused: { limit: number };
  viewersStuck: number;
  /** snapshots answered, by where the picture came from, and failures */
  readonly snapshots: { live: number; still: number; cached: number; failed: number };
}

/** Seconds, told once per frame (never per viewer): histograms of `/metrics` are fed by them. */
export interface Observations {
  /** from the capture of a frame to the moment it was handed to all viewers */
  frameLatency(seconds: number): void;
  /** from a viewer's request to its first live part */
  firstFrame(seconds: number): void;
  /** from a snapshot's request to its answer */
  snapshot(seconds: number): void;
}

export interface CameraView {
  readonly config: CameraConfig;
  /** the whole configuration: the other cameras, frame ancestors, allowed hosts */
  readonly app: AppConfig;
  readonly counters: StreamCounters;
  /** What is known now; cheap, no question to capture. */
  status(): PortalStatus;
  /** Asks capture first (at most once a second for all callers, 1 s at most): counters are then of now. Never rejects. */
  freshStatus(): Promise<PortalStatus>;
  /** Calls back on every change of state, picture kind, viewers or reachability; returns the unsubscribe. */
  onStatus(listener: (status: PortalStatus) => void): () => void;
  /** Returns the unsubscribe. */
  observe(observer: Partial<Observations>): () => void;
}
