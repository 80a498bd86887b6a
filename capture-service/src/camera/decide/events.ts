// What happens to a camera, and what is done about it: both as data, so that they can be listed, traced and compared.
// A new wish of the operator (say, a restart for a changed setting) is one more event here and one case in decide.ts.

import type { StillResult } from '@soft-stream/shared/api/broker-api';
import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import type { ControlEvent } from '@soft-stream/shared/api/control-api';
import type { Still } from '../../drivers/driver.ts';
import type { FocusOutcome } from '../focus/gate.ts';
import type { Hold, Settings } from './model.ts';
import type { Refusal } from './refusal.ts';

export type CameraEvent =
  // from the sockets
  | { readonly type: 'leases'; readonly leases: number; readonly viewers: number }
  | { readonly type: 'hold'; readonly hold: Hold }
  | { readonly type: 'restart' }
  /** another configuration holds; the program that runs has to be started again for it. message: for people */
  | { readonly type: 'reconfigured'; readonly settings: Settings; readonly message: string }
  | { readonly type: 'close' }
  | { readonly type: 'still-asked'; readonly request: number; readonly full: boolean; readonly notBeforeMs: number }
  /** a restart for a fresh focus cycle, where `judgeFocusRequest` allows one */
  | { readonly type: 'focus-asked' }
  /** a focus cycle whatever the camera is at */
  | { readonly type: 'cycle-asked'; readonly request: number }
  /** is it there? */
  | { readonly type: 'look-asked'; readonly request: number }
  /** nobody waits for the answer any more */
  | { readonly type: 'withdrawn'; readonly request: number }
  // from the timers
  | { readonly type: 'retry-due' }
  | { readonly type: 'linger-over' }
  /** a stream may be restarted for settings again */
  | { readonly type: 'settings-due' }
  | { readonly type: 'timed-out'; readonly request: number }
  // from the stream; exactly one `stream-ended` for each `open-stream`, and nothing of it runs by then
  | { readonly type: 'first-frame'; readonly focusing: boolean }
  /** only while a still waits */
  | { readonly type: 'frame'; readonly result: StillResult }
  | { readonly type: 'focus-settled'; readonly outcome: FocusOutcome }
  /** by itself, while the stream goes on */
  | { readonly type: 'refocused'; readonly outcome: FocusOutcome }
  /** something to know while the stream goes on; null = no more */
  | { readonly type: 'note'; readonly cause: string | null }
  /** no frames, or always the same */
  | { readonly type: 'unhealthy'; readonly cause: RestartCause; readonly message: string }
  | { readonly type: 'stream-ended'; readonly end: StreamEnded }
  // exactly one for each `capture`, and for each `look`
  | { readonly type: 'capture-ended'; readonly end: CaptureEnded }
  | { readonly type: 'look-ended'; readonly request: number | null; readonly end: LookEnded };

export type StreamEnded =
  /** listing worked and the camera is not in the list */
  | { readonly kind: 'absent' }
  /** it could not be looked for or opened */
  | { readonly kind: 'failed'; readonly cause: RestartCause; readonly message: string }
  /** by itself. deliveredMs: from its first frame to its last */
  | {
      readonly kind: 'ended';
      readonly cause: RestartCause;
      readonly message: string;
      readonly deliveredMs: number;
      /** the shortest pause before the next attempt */
      readonly retryAfterMs?: number;
    }
  /** after stop-stream */
  | { readonly kind: 'stopped'; readonly stuckInKernel: boolean; readonly deliveredMs: number };

export type CaptureEnded =
  | { readonly kind: 'published'; readonly result: StillResult; readonly taken: StillTaken }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly message: string };

/** for the log */
export interface StillTaken extends Pick<Still, 'width' | 'height' | 'focus' | 'focusDurationMs' | 'lensPosition'> {
  readonly byteLength: number;
  readonly durationMs: number;
}

export type LookEnded =
  | { readonly kind: 'found' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'aborted' };

export type Action =
  | { readonly do: 'open-stream' }
  | { readonly do: 'stop-stream' }
  | { readonly do: 'capture'; readonly full: boolean; readonly limitMs: number }
  | { readonly do: 'abort-still'; readonly reason: string }
  /** request: null = nobody waits for the end of it */
  | { readonly do: 'look'; readonly request: number | null }
  // timers: each replaces the one of its name
  | { readonly do: 'retry'; readonly inMs: number }
  | { readonly do: 'cancel-retry' }
  | { readonly do: 'linger'; readonly inMs: number }
  | { readonly do: 'cancel-linger' }
  | { readonly do: 'apply-settings'; readonly inMs: number }
  | { readonly do: 'cancel-settings' }
  // answers to requests
  | { readonly do: 'answer'; readonly request: number; readonly value: Answer }
  | { readonly do: 'refuse'; readonly request: number; readonly refusal: Refusal }
  // facts and words
  | { readonly do: 'count-still'; readonly end: CaptureEnded }
  | { readonly do: 'count-focus'; readonly outcome: FocusOutcome }
  | {
      readonly do: 'count-restart';
      readonly cause: RestartCause;
      readonly message: string;
      readonly deliberate: boolean;
    }
  | { readonly do: 'log'; readonly line: LogLine }
  | { readonly do: 'publish-status' }
  | { readonly do: 'announce'; readonly event: ControlEvent['event']; readonly message: string };

export type Answer =
  | { readonly kind: 'still'; readonly result: StillResult }
  | { readonly kind: 'focus'; readonly outcome: FocusOutcome }
  | { readonly kind: 'looked' };

export type LogLine =
  | { readonly kind: 'absent' }
  /** after it was absent */
  | { readonly kind: 'present' }
  | { readonly kind: 'failed'; readonly cause: string }
  /** a cycle that was waited for: of a stream's start, or of a still */
  | { readonly kind: 'focused'; readonly outcome: FocusOutcome; readonly ofStill: boolean }
  /** refocuses: since the line before */
  | { readonly kind: 'refocused'; readonly outcome: FocusOutcome; readonly refocuses: number }
  | { readonly kind: 'released'; readonly state: string }
  | { readonly kind: 'viewers'; readonly before: number; readonly now: number };
