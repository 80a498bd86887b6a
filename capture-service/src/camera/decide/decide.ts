// The camera decides here, and only here: one event at a time, from what is known to what is known next and what is
// to be done about it. Pure; camera.ts runs the actions.

import { withConsequences } from './consequences.ts';
import { isWanted, takeHold, takeLeases } from './demand.ts';
import type { Action, CameraEvent } from './events.ts';
import {
  askCycle,
  askFocus,
  cycleTimedOut,
  focusSettled,
  refocused,
  refuseHopelessCycles,
  withdrawCycle,
} from './focus-plan.ts';
import * as lifecycle from './lifecycle.ts';
import type { Hold, Model } from './model.ts';
import { followSettings, reconfigured, settingsDue } from './new-settings.ts';
import { askLook, lookEnded } from './presence.ts';
import { holdsStream } from './state.ts';
import { act, change, type Step } from './step.ts';
import * as stills from './still-plan.ts';

export interface Decision {
  readonly model: Model;
  readonly actions: readonly Action[];
}

/** @param nowMs CLOCK_MONOTONIC ms */
export function decide(model: Model, event: CameraEvent, nowMs: number): Decision {
  const step: Step = { model, actions: [], nowMs };
  apply(step, event);
  followSettings(step);
  followDemand(step, isWanted(model));
  stills.serveStills(step);
  const wasWanted = isWanted(step.model);
  refuseHopelessCycles(step);
  followDemand(step, wasWanted);
  return { model: step.model, actions: withConsequences(model, step) };
}

/** One line for each event; TypeScript knows when one is missing. */
const HANDLERS: Handlers = {
  leases: takeViewers,
  hold: (step, { hold }) => takeOperatorsWord(step, hold),
  restart: lifecycle.restart,
  reconfigured: (step, { settings, message }) => reconfigured(step, settings, message),
  close: lifecycle.close,
  'still-asked': stills.askStill,
  'focus-asked': (step) => void askFocus(step),
  'cycle-asked': (step, { request }) => askCycle(step, request),
  'look-asked': (step, { request }) => askLook(step, request),
  withdrawn(step, { request }) {
    stills.withdrawStill(step, request);
    withdrawCycle(step, request);
  },
  'retry-due': lifecycle.retryDue,
  'settings-due': settingsDue,
  'linger-over': (step) => change(step, { lingerUntilMs: null }),
  'timed-out'(step, { request }) {
    stills.stillTimedOut(step, request);
    cycleTimedOut(step, request);
  },
  'first-frame': (step, { focusing }) => lifecycle.firstFrame(step, focusing),
  frame: (step, { result }) => stills.frameForStills(step, result),
  'focus-settled'(step, { outcome }) {
    lifecycle.focusOver(step);
    focusSettled(step, outcome);
  },
  refocused: (step, { outcome }) => refocused(step, outcome),
  note: (step, { cause }) => change(step, { cause }),
  unhealthy: (step, { cause, message }) => lifecycle.interrupt(step, cause, message, false),
  'stream-ended'(step, { end }) {
    const { state } = step.model;
    if (!holdsStream(state)) return;
    lifecycle.countDelivered(step, end);
    if (state.kind === 'capturing') stills.captureAfterStream(step, state, end);
    else lifecycle.streamEnded(step, end);
  },
  'capture-ended': (step, { end }) => stills.captureEnded(step, end),
  'look-ended': (step, { request, end }) => lookEnded(step, request, end),
};

type EventByType = { [E in CameraEvent as E['type']]: E };
type Handlers = { readonly [T in keyof EventByType]: (step: Step, event: EventByType[T]) => void };

function apply<T extends keyof EventByType>(step: Step, event: EventByType[T] & { readonly type: T }): void {
  HANDLERS[event.type](step, event);
}

function takeViewers(step: Step, { leases, viewers }: EventByType['leases']): void {
  const before = step.model.viewers;
  const hasNewcomer = takeLeases(step, leases, viewers);
  act(step, { do: 'log', line: { kind: 'viewers', before, now: viewers } });
  act(step, { do: 'announce', event: 'viewers', message: `${viewers} viewers` });
  const { kind } = step.model.state;
  if (hasNewcomer && isWanted(step.model) && (kind === 'failed' || kind === 'restarting')) lifecycle.startNow(step);
}

function takeOperatorsWord(step: Step, hold: Hold): void {
  takeHold(step, hold);
  if (hold === 'off' || step.model.state.kind === 'held-off') lifecycle.stop(step);
}

function followDemand(step: Step, wasWanted: boolean): void {
  const wanted = isWanted(step.model);
  if (wanted === wasWanted) return;
  if (wanted) lifecycle.start(step);
  else lifecycle.stop(step);
}
