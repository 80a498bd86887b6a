// Holds frames back until the first focus cycle of a stream has ended: focused, failed, fixed, or a limit of time.
//
//   waiting --first frame--> focusing --focused, failed, fixed, limit--> open
//      \-------- fixed, focused, failed, or no autofocus ----------------^

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { FocusReport } from '../../drivers/driver.ts';

/** Nobody waits longer than this for a sharp picture. */
export const FOCUS_LIMIT_MS = 3_000;

export interface FocusOutcome {
  readonly result: 'focused' | 'failed' | 'timeout' | 'fixed';
  /** from the first report or frame, whichever came first; null: not known */
  readonly durationMs: number | null;
  readonly lensPosition: number | null;
}

export interface FocusGate {
  readonly isOpen: boolean;
  report(report: FocusReport): void;
  /** the first frame of this stream is there: from now on the limit counts */
  firstFrame(): void;
  /** ends the limit's timer; the outcome does not come any more */
  stop(): void;
}

/** @param onSettled once, when the cycle has ended; the gate is open by then */
export function createFocusGate(clock: Clock, onSettled: (outcome: FocusOutcome) => void): FocusGate {
  let isOpen = false;
  let beganAtMs: number | undefined;
  let lensPosition: number | null = null;
  let cancel: (() => void) | undefined;

  const begin = () => {
    beganAtMs ??= clock.monotonicMs();
    return beganAtMs;
  };
  const settle = (result: FocusOutcome['result']) => {
    if (isOpen) return;
    isOpen = true;
    cancel?.();
    onSettled({ result, durationMs: Math.round(clock.monotonicMs() - begin()), lensPosition });
  };

  return {
    get isOpen() {
      return isOpen;
    },
    report(report) {
      begin();
      lensPosition = report.lensPosition;
      if (report.state === 'focused' || report.state === 'failed' || report.state === 'fixed') settle(report.state);
    },
    firstFrame() {
      begin();
      if (!isOpen) cancel ??= clock.after(FOCUS_LIMIT_MS, () => settle('timeout'));
    },
    stop() {
      isOpen = true;
      cancel?.();
    },
  };
}

/** For people: `focused in 812 ms, lens at 4.21 dioptres`. */
export function describeFocus({ result, durationMs, lensPosition }: FocusOutcome): string {
  if (result === 'fixed') return 'fixed focus';
  const lens = lensPosition === null ? '' : `, lens at ${lensPosition.toFixed(2)} dioptres`;
  const after = durationMs === null ? '' : ` after ${durationMs} ms`;
  return `${result === 'timeout' ? 'timed out' : result}${after}${lens}`;
}
