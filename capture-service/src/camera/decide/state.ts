// The states of one camera, in the words of its status, with what each of them has to remember.
//
//                          nobody wants it any more (`leaving`), then stream-ended
//          +-----------------------------------------------------------------------------------+
//          v                                                                                    |
//   +-> idle --wanted--> starting --first-frame--> focusing --focus-settled--> streaming        |
//   |    | ^              |  |  \------------first-frame (no autofocus)----------^  |           |
//   |    | |        not   |  |                                                      |           |
//   |    | |        found |  | ended, failed      ended, unhealthy (from any of the three)      |
//   |    | |              v  v                                                      v           |
//   |    | +---found--- absent  failed --retry-due--> starting <--retry-due-- restarting {released}
//   |    |                                                                   ^ stream-ended     |
//   |    +--still-asked--> capturing --capture-ended--> idle, starting, absent  restarting -----+
//   |                         ^
//   |                         +--still-asked (full)-- streaming
//   +-- capture-ended, hold -- held-off <-- hold off, from everywhere
//
// `leaving`: the camera is wanted no more, and still held by a program that is being stopped. It keeps the name of
// what it was doing until nothing runs: `idle` always means that the camera is free.

export type MachineState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'held-off' }
  | { readonly kind: 'failed' }
  | StreamState
  | RestartingState
  | CapturingState;

export interface StreamState {
  readonly kind: 'starting' | 'focusing' | 'streaming';
  readonly leaving: boolean;
}

export interface RestartingState {
  readonly kind: 'restarting';
  /** nothing runs, the next attempt is planned */
  readonly released: boolean;
  /** asked for: goes on as soon as it is released, without a pause */
  readonly deliberate: boolean;
  readonly leaving: boolean;
}

export interface CapturingState {
  readonly kind: 'capturing';
  /** a stream is being stopped for it */
  readonly afterStream: boolean;
  readonly capture: Capture;
}

export interface Capture {
  readonly full: boolean;
  /** CLOCK_MONOTONIC ms; its exposure begins after this */
  readonly begunAtMs: number;
  /** the requests that get its result */
  readonly requests: readonly number[];
  /** why it is being ended; null = it is not */
  readonly abortReason: string | null;
}

export const IDLE: MachineState = { kind: 'idle' };
export const HELD_OFF: MachineState = { kind: 'held-off' };
export const ABSENT: MachineState = { kind: 'absent' };
export const FAILED: MachineState = { kind: 'failed' };
export const STARTING: MachineState = { kind: 'starting', leaving: false };

export function isLeaving(state: MachineState): boolean {
  return 'leaving' in state && state.leaving;
}

/** Nothing holds the camera and nothing is planned but, perhaps, a look. */
export function isAtRest({ kind }: MachineState): boolean {
  return kind === 'idle' || kind === 'absent' || kind === 'held-off' || kind === 'failed';
}

/** A stream is open, or is being opened or stopped. */
export function holdsStream(state: MachineState): boolean {
  if (state.kind === 'restarting') return !state.released;
  if (state.kind === 'capturing') return state.afterStream;
  return !isAtRest(state);
}
