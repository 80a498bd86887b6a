// Troubles of a running stream, reported at most once a second for each cause: a flood of them is still one trouble.

import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import type { Clock } from '@soft-stream/shared/runtime/clock';

const MIN_INTERVAL_MS = 1_000;

export interface TroubleReporter {
  report(cause: RestartCause, message: string): void;
  /** bytes on stdout that belong to no JPEG */
  garbage(byteLength: number): void;
}

export function createTroubleReporter(
  clock: Clock,
  report: (cause: RestartCause, message: string) => void,
): TroubleReporter {
  const toldAtMs = new Map<RestartCause, number>();
  let garbageBytes = 0;
  const isDue = (cause: RestartCause) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - (toldAtMs.get(cause) ?? Number.NEGATIVE_INFINITY) < MIN_INTERVAL_MS) return false;
    toldAtMs.set(cause, nowMs);
    return true;
  };
  return {
    report(cause, message) {
      if (isDue(cause)) report(cause, message);
    },
    garbage(byteLength) {
      garbageBytes += byteLength;
      if (!isDue('garbage')) return;
      report('garbage', `${garbageBytes} bytes that are not JPEG`);
      garbageBytes = 0;
    },
  };
}
