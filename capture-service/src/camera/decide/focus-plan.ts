// Focus cycles asked for: how often, when one is joined, when there is none to be had; and who waits for the end.

import { describeFocus, type FocusOutcome } from '../focus/gate.ts';
import { takeCycles } from './demand.ts';
import { interrupt, lookAgainInMs } from './lifecycle.ts';
import { describeState, type Model } from './model.ts';
import { captureFailed, HELD_OFF_REFUSAL, type Refusal } from './refusal.ts';
import { isLeaving } from './state.ts';
import { act, change, type Step } from './step.ts';

/** At most one restart for a focus cycle in this time. */
export const FOCUS_INTERVAL_MS = 10_000;
/** For a start, a cycle, and a busy camera before it. */
export const CYCLE_WITHIN_MS = 30_000;

/** The line about refocuses that nobody asked for comes at most this often. */
const REFOCUS_TOLD_INTERVAL_MS = 60_000;

export type FocusAnswer =
  | { readonly kind: 'restart' }
  /** one is on its way already */
  | { readonly kind: 'joined' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What a request for a fresh cycle of a running stream gets. */
export function judgeFocusRequest(model: Model, nowMs: number): FocusAnswer {
  const refusal = unavailable(model);
  if (refusal) return { kind: 'refused', refusal };
  const { kind } = model.state;
  const isLeft = isLeaving(model.state);
  if (!isLeft && (kind === 'starting' || kind === 'focusing' || kind === 'restarting')) return { kind: 'joined' };
  if (kind === 'absent') return { kind: 'refused', refusal: absent(model, nowMs) };
  if (kind !== 'streaming' || isLeft) {
    const message = `the camera is ${describeState(model)}: it focuses by itself when it starts`;
    return { kind: 'refused', refusal: { kind: 'refused', message } };
  }
  const retryAfterMs = Math.ceil(model.focusRestartAtMs + FOCUS_INTERVAL_MS - nowMs);
  if (retryAfterMs <= 0) return { kind: 'restart' };
  const message = `at most one focus cycle per ${FOCUS_INTERVAL_MS / 1000} s`;
  return { kind: 'refused', refusal: { kind: 'rateLimited', message, retryAfterMs } };
}

export function askFocus(step: Step): FocusAnswer {
  const answer = judgeFocusRequest(step.model, step.nowMs);
  if (answer.kind === 'restart') {
    change(step, { focusRestartAtMs: step.nowMs });
    interrupt(step, 'autofocus request', 'a focus cycle was asked for', true);
  }
  return answer;
}

/** Wants the stream until the cycle has ended. A stream that runs is asked for a new one; all else is on its way to one. */
export function askCycle(step: Step, request: number): void {
  const { state } = step.model;
  const refusal =
    unavailable(step.model) ?? refusalOf(state.kind === 'streaming' && !isLeaving(state) ? askFocus(step) : undefined);
  if (refusal) act(step, { do: 'refuse', request, refusal });
  else takeCycles(step, [...step.model.waitingCycles, request]);
}

/** After every event: whoever waits for a cycle that will not come gets the reason. */
export function refuseHopelessCycles(step: Step): void {
  const { model } = step;
  const { kind } = model.state;
  if (model.waitingCycles.length === 0) return;
  if (!model.isClosing && kind !== 'failed' && kind !== 'absent' && kind !== 'held-off') return;
  const why = kind === 'absent' ? absent(model, step.nowMs) : captureFailed(`the camera is ${describeState(model)}`);
  const refusal = unavailable(model) ?? (model.isClosing ? captureFailed('the service is stopping') : why);
  for (const request of model.waitingCycles) act(step, { do: 'refuse', request, refusal });
  takeCycles(step, []);
}

export function focusSettled(step: Step, outcome: FocusOutcome): void {
  change(step, { hasFixedFocus: outcome.result === 'fixed' });
  tellFocus(step, outcome, false);
  for (const request of step.model.waitingCycles) {
    act(step, { do: 'answer', request, value: { kind: 'focus', outcome } });
  }
  takeCycles(step, []);
}

/** Always recorded, seldom reported: a lens that cannot settle does it all day. */
export function refocused(step: Step, outcome: FocusOutcome): void {
  const refocuses = step.model.refocusesSince + 1;
  act(step, { do: 'count-focus', outcome });
  const isDue = step.nowMs - step.model.refocusToldAtMs >= REFOCUS_TOLD_INTERVAL_MS;
  change(step, { refocusesSince: isDue ? 0 : refocuses });
  if (!isDue) return;
  change(step, { refocusToldAtMs: step.nowMs });
  act(step, { do: 'log', line: { kind: 'refocused', outcome, refocuses } });
  act(step, { do: 'announce', event: 'autofocus', message: `refocused by itself: ${describeFocus(outcome)}` });
}

/** Of a stream's start, or of a still. */
export function tellFocus(step: Step, outcome: FocusOutcome, ofStill: boolean): void {
  act(step, { do: 'count-focus', outcome });
  act(step, { do: 'log', line: { kind: 'focused', outcome, ofStill } });
  if (outcome.result === 'fixed') return;
  act(step, { do: 'announce', event: 'autofocus', message: describeFocus(outcome) });
}

export function cycleTimedOut(step: Step, request: number): void {
  if (!step.model.waitingCycles.includes(request)) return;
  const what = `no focus cycle within ${CYCLE_WITHIN_MS / 1000} s`;
  const refusal = captureFailed(`${what}: the camera is ${describeState(step.model)}`);
  act(step, { do: 'refuse', request, refusal });
  withdrawCycle(step, request);
}

export function withdrawCycle(step: Step, request: number): void {
  takeCycles(
    step,
    step.model.waitingCycles.filter((each) => each !== request),
  );
}

function unavailable({ settings, hasFixedFocus, hold }: Model): Refusal | undefined {
  if (settings.noFocusCycle !== null) return { kind: 'noAutofocus', message: settings.noFocusCycle };
  if (hasFixedFocus) return { kind: 'noAutofocus', message: 'this camera has a fixed focus' };
  return hold === 'off' ? HELD_OFF_REFUSAL : undefined;
}

function refusalOf(answer: FocusAnswer | undefined): Refusal | undefined {
  return answer?.kind === 'refused' ? answer.refusal : undefined;
}

function absent(model: Model, nowMs: number): Refusal {
  const message = `the camera is ${describeState(model)}`;
  return { kind: 'cameraAbsent', message, retryAfterMs: Math.ceil(lookAgainInMs(model, nowMs)) };
}
