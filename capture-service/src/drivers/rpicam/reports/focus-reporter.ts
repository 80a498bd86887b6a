// When a change of focus is worth telling: state changes at once, lens movements only when they are over or large,
// since a scanning lens moves with every frame and a focused one keeps trembling.

import type { FocusReport } from '../../driver.ts';

/** Dioptres; less is the trembling of continuous autofocus. */
const MIN_STEP = 0.1;
const MIN_INTERVAL_MS = 1_000;

export interface FocusReporter {
  /** @returns what to tell, if anything */
  take(report: FocusReport, nowMs: number): FocusReport | undefined;
  /** as last heard, told or not */
  readonly latest: FocusReport | undefined;
}

export function createFocusReporter(): FocusReporter {
  let latest: FocusReport | undefined;
  let told: FocusReport | undefined;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return {
    take(report, nowMs) {
      latest = report;
      if (told?.state === report.state && !isMove(told, report, nowMs - toldAtMs)) return undefined;
      told = report;
      toldAtMs = nowMs;
      return report;
    },
    get latest() {
      return latest;
    },
  };
}

function isMove(told: FocusReport, report: FocusReport, sinceMs: number): boolean {
  if (report.state === 'scanning' || sinceMs < MIN_INTERVAL_MS) return false;
  return Math.abs((report.lensPosition ?? -1) - (told.lensPosition ?? -1)) >= MIN_STEP;
}
