// How a camera program is stopped: SIGINT lets it finish its frame and exit cleanly (0.2 to 0.4 s), SIGTERM ends it
// at once, SIGKILL always does, unless it sits in the kernel. Its pipes are read all the while: a blocked writer
// does not even notice SIGINT.

import { readFileSync } from 'node:fs';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { walkStopLadder } from '@soft-stream/shared/runtime/stop-ladder';
import type { StopResult } from '../driver.ts';
import type { Child } from './child.ts';

/** SIGINT is looked at when a frame arrives. */
export const HEALTHY_GRACE_MS = 900;
/** No frame has come yet, so SIGINT may wait for one. */
export const STARTING_GRACE_MS = 300;
/** The sensor is known to be silent: SIGINT would have no effect. */
export const STALLED_GRACE_MS = 50;
const TERM_GRACE_MS = 1_000;
/** After SIGKILL; longer means that the kernel does not let go of it. */
const KILL_GRACE_MS = 5_000;

export interface Ladder {
  readonly clock: Clock;
  /** how long SIGINT may take: one of the constants above */
  readonly gentleMs: number;
}

/** Resolves when the child is gone, or given up on. */
export async function stopChild(child: Child, { clock, gentleMs }: Ladder): Promise<StopResult> {
  const startedMs = clock.monotonicMs();
  await walkStopLadder(
    child,
    [
      ['SIGINT', gentleMs],
      ['SIGTERM', TERM_GRACE_MS],
      ['SIGKILL', KILL_GRACE_MS],
    ],
    clock,
  );
  return { durationMs: clock.monotonicMs() - startedMs, stuckInKernel: !child.hasEnded };
}

/** `D` (uninterruptible sleep), `S`, `R`, `T`, `Z`, ... or undefined when there is no such process. */
export function processState(pid: number | undefined): string | undefined {
  if (pid === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name may hold spaces and parentheses: the state follows the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
  } catch {
    // ENOENT: gone
    return undefined;
  }
}
