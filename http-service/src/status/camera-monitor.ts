// What is known of one camera: its configuration, what is true of it now, and who is notified of changes. Read-only.
// Routes get this interface; status/status-store.ts keeps what it says, tests write small ones.

import type { ControlChanges } from '@soft-stream/shared/api/controls';
import type { AppConfig, CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { StreamCounters } from './counters.ts';
import type { PortalStatus } from './portal-status.ts';
import type { VideoMonitor } from './video-monitor.ts';

/** Seconds, observed once per frame (never per viewer): histograms of `/metrics` are fed by them. */
export interface Observations {
  /** from the capture of a frame to the moment it was handed to all viewers */
  frameLatency(seconds: number): void;
  /** from a viewer's request to its first live part */
  firstFrame(seconds: number): void;
  /** from a snapshot's request to its answer */
  snapshot(seconds: number): void;
}

export interface CameraMonitor {
  readonly config: CameraConfig;
  /** the whole configuration: the other cameras, frame ancestors, allowed hosts */
  readonly app: AppConfig;
  readonly counters: StreamCounters;
  readonly video: VideoMonitor;
  /** What is known now; cheap, no question to capture. */
  status(): PortalStatus;
  /** Asks capture first (at most once a second for all callers, 1 s at most): counters are then of now. Never rejects. */
  freshStatus(): Promise<PortalStatus>;
  /** Calls back on every change of state, picture kind, viewers or reachability; returns the unsubscribe. */
  onStatus(listener: (status: PortalStatus) => void): () => void;
  /** Calls back with what was set at run time, by whomever; returns the unsubscribe. */
  onControls(listener: (changes: ControlChanges) => void): () => void;
  /** Returns the unsubscribe. */
  observe(observer: Partial<Observations>): () => void;
}
