// A camera's state as it goes on: the machine of state.ts with its cause and its time.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import { type CameraEvent, type CameraMachine, INITIAL, next } from './decide/state.ts';

export interface Life {
  readonly state: CameraMachine;
  /** for people; null where the state says it all */
  readonly cause: string | null;
  /** wall clock ms since 1970 at which the state was entered */
  readonly sinceMs: number;
  /** State and cause, e.g. `restarting (stalled: no frame for 10 s)`. */
  describe(): string;
  /** @param why the cause, should the event lead to another state */
  dispatch(event: CameraEvent, why?: string | null): void;
  /** Something to know while the state stays. */
  note(cause: string | null): void;
}

export interface LifeEvents {
  /** Do what the state asks for. Must not dispatch: what follows comes later, as an event. */
  enter(state: CameraMachine, before: CameraMachine): void;
  /** state, cause or what is planned has changed */
  changed(): void;
  /** another state is entered, and everybody knows */
  moved(): void;
}

export function createLife(clock: Clock, events: LifeEvents): Life {
  let state: CameraMachine = INITIAL;
  let cause: string | null = null;
  let sinceMs = clock.nowMs();

  return {
    get state() {
      return state;
    },
    get cause() {
      return cause;
    },
    get sinceMs() {
      return sinceMs;
    },
    describe: () => (cause === null ? state.kind : `${state.kind} (${cause})`),
    dispatch(event, why = null) {
      const before = state;
      state = next(before, event);
      if (state === before) return;
      const hasMoved = state.kind !== before.kind;
      if (hasMoved) {
        sinceMs = clock.nowMs();
        cause = why;
      }
      events.enter(state, before);
      events.changed();
      if (hasMoved) events.moved();
    },
    note(note) {
      cause = note;
      events.changed();
    },
  };
}
