// What follows from the difference of two models, whatever led to it: timers, and who is notified.

import type { Action } from './events.ts';
import { describeState, type Model } from './model.ts';
import { isAtRest } from './state.ts';
import type { Step } from './step.ts';

/** @returns the actions of the step, and those that follow; words last, when all is done */
export function withConsequences(before: Model, { model, actions, nowMs }: Step): Action[] {
  const words: Action[] = [];
  const hasMoved = before.state.kind !== model.state.kind;
  const isFree = model.state.kind === 'idle' || model.state.kind === 'held-off';
  if (isFree && !isAtRest(before.state)) words.push({ do: 'log', line: { kind: 'released', state: model.state.kind } });
  if (!model.isClosing) {
    if (isTold(before, model, actions)) words.push({ do: 'publish-status' });
    if (hasMoved) words.push({ do: 'announce', event: 'state', message: describeState(model) });
  }
  const deeds = actions.filter((action) => action.do !== 'announce');
  const announced = model.isClosing ? [] : actions.filter((action) => action.do === 'announce');
  return [...deeds, ...timerActions(before, model, nowMs), ...words, ...announced];
}

function timerActions(before: Model, after: Model, nowMs: number): Action[] {
  const actions: Action[] = [];
  if (after.retryAtMs !== before.retryAtMs) {
    if (after.retryAtMs === null) actions.push({ do: 'cancel-retry' });
    else actions.push({ do: 'retry', inMs: after.retryAtMs - nowMs });
  }
  if (after.lingerUntilMs !== before.lingerUntilMs) {
    if (after.lingerUntilMs === null) actions.push({ do: 'cancel-linger' });
    else actions.push({ do: 'linger', inMs: after.lingerUntilMs - nowMs });
  }
  if (after.settingsDueAtMs !== before.settingsDueAtMs) {
    if (after.settingsDueAtMs === null) actions.push({ do: 'cancel-settings' });
    else actions.push({ do: 'apply-settings', inMs: after.settingsDueAtMs - nowMs });
  }
  return actions;
}

/** Whether the status has become another. */
function isTold(before: Model, after: Model, actions: readonly Action[]): boolean {
  if (actions.some((action) => action.do.startsWith('count-'))) return true;
  return (
    before.state.kind !== after.state.kind ||
    (['cause', 'hold', 'leases', 'viewers', 'retryAtMs'] as const).some((field) => before[field] !== after[field])
  );
}
