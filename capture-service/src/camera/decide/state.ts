// The states of one camera and every way from one to another. Pure: what is done on the way is camera.ts.
//
//                       stop (lease gone, linger over; operator)             stop, then released
//          +-----------------------------------------------------------------------------------+
//          v                                                                                    |
//   +-> idle --start--> starting --first-frame--> focusing --focus-over--> streaming            |
//   |    | ^              |  |  \------------first-frame (no autofocus)------^  |               |
//   |    | |              |  |                                                  |               |
//   |    | |        absent|  |ended, failed      ended, interrupt (from any of the three)       |
//   |    | |              v  v                                                  v               |
//   |    | +--present-- absent  failed --start--> starting <--start-- restarting {released}     |
//   |    |                                                                ^ released            |
//   |    +--shoot--> capturing --shot-done--> idle, starting, absent   restarting --------------+
//   |                    ^
//   |                    +--shoot (full still)-- streaming
//   +--start, shot-done-- held-off <-- stop with heldOff, from everywhere
//
// `leaving`: the camera is wanted no more, and still held by a program that is being stopped. It keeps the name of
// what it was doing until nothing runs (`released`): `idle` always means that the camera is free.

export type CameraMachine =
  | { readonly kind: 'absent' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'held-off' }
  | { readonly kind: 'starting'; readonly leaving: boolean }
  | { readonly kind: 'focusing'; readonly leaving: boolean }
  | { readonly kind: 'streaming'; readonly leaving: boolean }
  | { readonly kind: 'capturing'; readonly leaving: boolean }
  /** `released`: nothing runs, the next attempt is planned */
  | { readonly kind: 'restarting'; readonly released: boolean; readonly leaving: boolean }
  | { readonly kind: 'failed' };

/** What is wanted of the camera at that moment, for events after which it may go either way. */
export interface Wish {
  readonly wanted: boolean;
  readonly heldOff: boolean;
}

type StreamState = CameraMachine & { readonly kind: 'starting' | 'focusing' | 'streaming' };

export type CameraEvent =
  /** open a stream now: demand came, a retry is due, the operator asks */
  | { readonly type: 'start' }
  /** nobody wants the stream any more, or the operator holds the camera off */
  | { readonly type: 'stop'; readonly heldOff: boolean }
  /** the program that held the camera is gone, after stop or interrupt */
  | ({ readonly type: 'released' } & Wish)
  /** listing worked and the camera is not in the list */
  | { readonly type: 'absent' }
  /** looked for without wanting it, and it is there */
  | { readonly type: 'present' }
  | { readonly type: 'first-frame'; readonly focusing: boolean }
  | { readonly type: 'focus-over' }
  /** we end a running stream in order to start it again: watchdog, operator, autofocus request */
  | { readonly type: 'interrupt' }
  /** the stream ended by itself */
  | { readonly type: 'ended' }
  /** it could not be looked for or opened, or sits in the kernel */
  | { readonly type: 'failed' }
  | { readonly type: 'shoot' }
  | ({ readonly type: 'shot-done'; readonly absent: boolean } & Wish);

export const INITIAL: CameraMachine = { kind: 'idle' };
const IDLE: CameraMachine = { kind: 'idle' };
const HELD_OFF: CameraMachine = { kind: 'held-off' };
const ABSENT: CameraMachine = { kind: 'absent' };
const FAILED: CameraMachine = { kind: 'failed' };
const STARTING: CameraMachine = { kind: 'starting', leaving: false };
const FOCUSING: CameraMachine = { kind: 'focusing', leaving: false };
const STREAMING: CameraMachine = { kind: 'streaming', leaving: false };
const CAPTURING: CameraMachine = { kind: 'capturing', leaving: false };
const INTERRUPTED: CameraMachine = { kind: 'restarting', released: false, leaving: false };
const WAITING: CameraMachine = { kind: 'restarting', released: true, leaving: false };

/** @returns the next state; the very same object when the event changes nothing in this state */
export function next(state: CameraMachine, event: CameraEvent): CameraMachine {
  switch (state.kind) {
    case 'idle':
    case 'absent':
    case 'failed':
    case 'held-off':
      return nextAtRest(state, event);
    case 'starting':
    case 'focusing':
    case 'streaming':
      return state.leaving ? nextWhileLeaving(state, event) : nextOfStream(state, event);
    case 'capturing':
      if (event.type === 'stop' && event.heldOff && !state.leaving) return { kind: 'capturing', leaving: true };
      return event.type === 'shot-done' ? afterShot(event) : state;
    case 'restarting':
      return state.leaving ? nextWhileLeaving(state, event) : nextOfRestart(state, event);
  }
}

export function isLeaving(state: CameraMachine): boolean {
  return 'leaving' in state && state.leaving;
}

/** A program holds the camera, or is on its way to. */
export function isRunning({ kind }: CameraMachine): boolean {
  return kind !== 'idle' && kind !== 'absent' && kind !== 'held-off' && kind !== 'failed';
}

/** Nothing runs. */
function nextAtRest(state: CameraMachine, event: CameraEvent): CameraMachine {
  switch (event.type) {
    case 'start':
      return STARTING;
    case 'stop':
      if (event.heldOff) return state.kind === 'held-off' ? state : HELD_OFF;
      return state.kind === 'absent' || state.kind === 'idle' ? state : IDLE;
    case 'shoot':
      return state.kind === 'held-off' ? state : CAPTURING;
    case 'absent':
      return state.kind === 'held-off' || state.kind === 'absent' ? state : ABSENT;
    case 'present':
      return state.kind === 'absent' || state.kind === 'failed' ? IDLE : state;
    case 'failed':
      return state.kind === 'held-off' || state.kind === 'failed' ? state : FAILED;
    default:
      return state;
  }
}

function nextOfStream(state: StreamState, event: CameraEvent): CameraMachine {
  const isStarting = state.kind === 'starting';
  switch (event.type) {
    case 'stop':
      return { ...state, leaving: true };
    case 'first-frame':
      if (!isStarting) return state;
      return event.focusing ? FOCUSING : STREAMING;
    case 'focus-over':
      return state.kind === 'focusing' ? STREAMING : state;
    case 'interrupt':
      return INTERRUPTED;
    case 'ended':
      return isStarting ? FAILED : WAITING;
    case 'absent':
      return isStarting ? ABSENT : state;
    case 'failed':
      return FAILED;
    case 'shoot':
      return state.kind === 'streaming' ? CAPTURING : state;
    default:
      return state;
  }
}

function nextOfRestart(state: CameraMachine & { readonly kind: 'restarting' }, event: CameraEvent): CameraMachine {
  switch (event.type) {
    case 'start':
      return state.released ? STARTING : state;
    case 'stop':
      if (!state.released) return { ...state, leaving: true };
      return event.heldOff ? HELD_OFF : IDLE;
    case 'released':
      return state.released ? state : WAITING;
    case 'ended':
      return state.released ? state : WAITING;
    case 'failed':
      return FAILED;
    default:
      return state;
  }
}

/** A program is being stopped; whatever else happens is told by the wish when it is gone. */
function nextWhileLeaving(state: CameraMachine, event: CameraEvent): CameraMachine {
  if (event.type === 'failed') return FAILED;
  return event.type === 'released' ? afterwards(event) : state;
}

function afterShot(event: CameraEvent & { readonly type: 'shot-done' }): CameraMachine {
  return event.absent && !event.heldOff ? ABSENT : afterwards(event);
}

function afterwards(wish: Wish): CameraMachine {
  if (wish.heldOff) return HELD_OFF;
  return wish.wanted ? STARTING : IDLE;
}
