// One decision in the making: the model so far and the actions so far.

import type { Action } from './events.ts';
import type { Model } from './model.ts';
import type { MachineState } from './state.ts';

export interface Step {
  model: Model;
  readonly actions: Action[];
  /** CLOCK_MONOTONIC ms */
  readonly nowMs: number;
}

export function change(step: Step, fields: Partial<Model>): void {
  step.model = { ...step.model, ...fields };
}

export function act(step: Step, action: Action): void {
  step.actions.push(action);
}

/** Whatever was planned for the old state is off. @param cause kept as it was where only a detail of the state changes */
export function enter(step: Step, state: MachineState, cause: string | null = null): void {
  const isSameKind = state.kind === step.model.state.kind;
  change(step, { state, cause: isSameKind ? step.model.cause : cause, retryAtMs: null });
}
