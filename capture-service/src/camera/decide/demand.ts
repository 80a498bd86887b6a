// Whether the camera's stream is wanted: leases, the operator's word, focus cycles waited for, and a linger after the
// last viewer.

import type { Hold, Model } from './model.ts';
import type { MachineState } from './state.ts';
import { isLeaving } from './state.ts';
import { change, type Step } from './step.ts';

export function isWanted(model: Model): boolean {
  return !model.isClosing && (isAsked(model) || model.lingerUntilMs !== null);
}

/** @returns whether somebody new came while others may want it already: a failed camera is tried at once */
export function takeLeases(step: Step, leases: number, viewers: number): boolean {
  const before = step.model;
  const isFirst = (before.leases === 0 && leases > 0) || (before.viewers === 0 && viewers > 0);
  const isLast = before.leases > 0 && leases === 0;
  change(step, { leases, viewers });
  if (isLast && before.settings.lingerMs > 0 && mayLinger(before) && before.lingerUntilMs === null) {
    change(step, { lingerUntilMs: step.nowMs + before.settings.lingerMs });
  }
  endLingerIfAsked(step);
  return isFirst && before.hold !== 'off';
}

export function takeHold(step: Step, hold: Hold): void {
  change(step, { hold });
  endLingerIfAsked(step);
}

/** A focus cycle that is waited for wants the stream, without being a viewer, and ends without a linger. */
export function takeCycles(step: Step, waitingCycles: readonly number[]): void {
  change(step, { waitingCycles });
  endLingerIfAsked(step);
}

function isAsked({ hold, leases, waitingCycles }: Model): boolean {
  return hold !== 'off' && (hold === 'on' || leases > 0 || waitingCycles.length > 0);
}

function endLingerIfAsked(step: Step): void {
  if (isAsked(step.model) || step.model.hold === 'off') change(step, { lingerUntilMs: null });
}

/** There is something to keep: no camera is started for a linger. */
function mayLinger(model: Model): boolean {
  return isWanted(model) && hasStreamToKeep(model.state);
}

function hasStreamToKeep(state: MachineState): boolean {
  return ['starting', 'focusing', 'streaming', 'restarting'].includes(state.kind) && !isLeaving(state);
}
