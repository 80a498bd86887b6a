// Whether the camera is there, while nobody wants it; and when an absent one may be looked for again.

import { isWanted } from './demand.ts';
import type { LookEnded } from './events.ts';
import { failed, notFound, startNow } from './lifecycle.ts';
import type { Model } from './model.ts';
import { HELD_OFF, IDLE } from './state.ts';
import { act, enter, type Step } from './step.ts';

export function askLook(step: Step, request: number): void {
  if (isWanted(step.model)) startNow(step);
  else if (mayLook(step.model)) {
    act(step, { do: 'look', request });
    return;
  }
  act(step, { do: 'answer', request, value: { kind: 'looked' } });
}

export function lookEnded(step: Step, request: number | null, end: LookEnded): void {
  // The camera may have been started meanwhile: that says more.
  if (mayLook(step.model)) applyLook(step, end);
  if (request !== null) act(step, { do: 'answer', request, value: { kind: 'looked' } });
}

function applyLook(step: Step, end: LookEnded): void {
  const { hold } = step.model;
  const { kind } = step.model.state;
  switch (end.kind) {
    case 'found':
      if (kind === 'absent') act(step, { do: 'log', line: { kind: 'present' } });
      enter(step, hold === 'off' ? HELD_OFF : IDLE);
      // Who came while we looked waits for the next look, which has just been called off.
      if (isWanted(step.model)) startNow(step);
      return;
    case 'absent':
      if (kind !== 'absent') act(step, { do: 'log', line: { kind: 'absent' } });
      notFound(step);
      return;
    case 'failed':
      failed(step, `listing failed: ${end.message}`);
      return;
    case 'aborted':
  }
}

function mayLook({ state, isClosing }: Model): boolean {
  return !isClosing && (state.kind === 'idle' || state.kind === 'absent' || state.kind === 'failed');
}
