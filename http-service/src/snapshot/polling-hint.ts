// A client that polls an idle camera opens and closes it each time. The operator is told once an hour what helps.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';

export interface PollingHint {
  /** An idle camera has taken a still. */
  count(): void;
}

const MANY_A_MINUTE = 6;
const MINUTE_MS = 60_000;
const HINT_EVERY_MS = 3_600_000;

export function createPollingHint(camera: string, clock: Clock, log: Logger): PollingHint {
  let timesMs: number[] = [];
  let hintedMs = Number.NEGATIVE_INFINITY;
  return {
    count() {
      const nowMs = clock.monotonicMs();
      timesMs = [...timesMs.filter((timeMs) => nowMs - timeMs < MINUTE_MS), nowMs].slice(-MANY_A_MINUTE - 1);
      if (timesMs.length <= MANY_A_MINUTE || nowMs - hintedMs < HINT_EVERY_MS) return;
      hintedMs = nowMs;
      log.info(
        { camera, setting: `${camera}_idle_snapshot=stream` },
        'an idle camera is polled for snapshots: with this setting it stays warm between them',
      );
    },
  };
}
