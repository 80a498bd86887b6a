// What is known of the videos of one camera: for the page and for metrics.

import type { SessionEnd } from '../video/ipc/protocol.ts';

export interface VideoMonitor {
  /** `camN_webrtc=1` */
  readonly isOn: boolean;
  /** why it cannot work here all the same, in words */
  readonly missing: string | undefined;
  readonly viewerCount: number;
  readonly counters: VideoCounters;
  /** what ended last without being asked to: encoder or worker; undefined: nothing */
  readonly lastProblem: string | undefined;
}

/** Counted since the process started. */
export interface VideoCounters {
  opened: number;
  /** came as far as a connection */
  connected: number;
  readonly ended: Record<SessionEnd | 'worker lost', number>;
  refused: number;
  /** encoded */
  frames: number;
  bytes: number;
  /** pictures replaced by a newer one before the encoder took them */
  dropped: number;
  encoderProblems: number;
}

export function createVideoCounters(): VideoCounters {
  return {
    opened: 0,
    connected: 0,
    ended: { closed: 0, silent: 0, 'not connected': 0, failed: 0, 'worker lost': 0 },
    refused: 0,
    frames: 0,
    bytes: 0,
    dropped: 0,
    encoderProblems: 0,
  };
}
