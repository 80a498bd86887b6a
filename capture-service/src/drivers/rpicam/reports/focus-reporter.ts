// When a change of focus is worth reporting: state changes at once, lens movements only when they are over or large,
// since a scanning lens moves with every frame and a focused one keeps trembling.

import type { FocusReport } from '../../driver.ts';

/** Dioptres; less is the trembling of continuous autofocus. */
const MIN_STEP = 0.1;
const MIN_INTERVAL_MS = 1_000;

export interface FocusReporter {
  /** @returns what to report, if anything */
  take(report: FocusReport, nowMs: number): FocusReport | undefined;
  /** as last heard, reported or not */
  readonly latest: FocusReport | undefined;
}

export function createFocusReporter(): FocusReporter {
  let latest: FocusReport | undefined;
  let reported: FocusReport | undefined;
  let reportedAtMs = Number.NEGATIVE_INFINITY;
  return {
    take(report, nowMs) {
      latest = report;
      if (reported?.state === report.state && !isMove(reported, report, nowMs - reportedAtMs)) return undefined;
      reported = report;
      reportedAtMs = nowMs;
      return report;
    },
    get latest() {
      return latest;
    },
  };
}

function isMove(reported: FocusReport, report: FocusReport, sinceMs: number): boolean {
  if (report.state === 'scanning' || sinceMs < MIN_INTERVAL_MS) return false;
  return Math.abs((report.lensPosition ?? -1) - (reported.lensPosition ?? -1)) >= MIN_STEP;
}
