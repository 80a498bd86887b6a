// How a child process is stopped: one signal after the other, each given its time, until it is gone.

import type { Clock } from './clock.ts';

export interface Stoppable {
  readonly hasEnded: boolean;
  /** never rejects */
  readonly ended: Promise<unknown>;
  kill(signal: NodeJS.Signals): void;
}

export type StopStep = readonly [signal: NodeJS.Signals, graceMs: number];

/** Resolves when it is gone, or when the last step's time is over. */
export async function walkStopLadder(child: Stoppable, steps: readonly StopStep[], clock: Clock): Promise<void> {
  for (const [signal, graceMs] of steps) {
    if (child.hasEnded) break;
    child.kill(signal);
    // A stopped process (SIGSTOP) would keep the signal waiting.
    child.kill('SIGCONT');
    await endsWithin(child, graceMs, clock);
  }
}

function endsWithin(child: Stoppable, ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    void child.ended.then(() => {
      cancel();
      resolve();
    });
  });
}
