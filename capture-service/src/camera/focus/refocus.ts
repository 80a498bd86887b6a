// Continuous autofocus moves the lens whenever it likes: from scanning to an end that nobody asked for.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { FocusReport } from '../../drivers/driver.ts';
import type { FocusOutcome } from './gate.ts';

export interface RefocusWatch {
  /** @param isAwaited it belongs to the first cycle of the stream, which the gate reports */
  report(report: FocusReport, isAwaited: boolean): void;
}

export function watchRefocus(clock: Clock, onRefocus: (outcome: FocusOutcome) => void): RefocusWatch {
  let beganAtMs: number | undefined;
  return {
    report({ state, lensPosition }, isAwaited) {
      if (state === 'scanning') {
        beganAtMs ??= clock.monotonicMs();
        return;
      }
      const durationMs = beganAtMs === undefined ? undefined : Math.round(clock.monotonicMs() - beganAtMs);
      beganAtMs = undefined;
      if (durationMs === undefined || isAwaited || (state !== 'focused' && state !== 'failed')) return;
      onRefocus({ result: state, durationMs, lensPosition });
    },
  };
}
