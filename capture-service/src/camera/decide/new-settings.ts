// Settings that changed while a program runs with the old ones: it is started again for them, behind the last frame, at
// most once in two seconds however fast a slider is moved. The last value wins, since a start takes what holds then.

import { interrupt } from './lifecycle.ts';
import type { Settings } from './model.ts';
import { change, type Step } from './step.ts';

const RESTART_INTERVAL_MS = 2_000;

export function reconfigured(step: Step, settings: Settings, message: string): void {
  change(step, { settings, newSettings: message });
}

export function settingsDue(step: Step): void {
  change(step, { settingsDueAtMs: null });
}

/** After every event: a start is left to reach its first frame, and what does not run needs no restart. */
export function followSettings(step: Step): void {
  const { newSettings, state, settingsRestartAtMs, settingsDueAtMs, isClosing } = step.model;
  if (newSettings === null) return;
  const isStream = state.kind === 'starting' || state.kind === 'focusing' || state.kind === 'streaming';
  if (!isStream || state.leaving || isClosing) {
    change(step, { newSettings: null, settingsDueAtMs: null });
    return;
  }
  if (state.kind === 'starting') return;
  const dueAtMs = settingsRestartAtMs + RESTART_INTERVAL_MS;
  if (dueAtMs > step.nowMs) {
    if (settingsDueAtMs === null) change(step, { settingsDueAtMs: dueAtMs });
    return;
  }
  change(step, { newSettings: null, settingsDueAtMs: null, settingsRestartAtMs: step.nowMs });
  interrupt(step, 'setting changed', newSettings, true);
}
