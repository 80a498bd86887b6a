// An end that the next start would only repeat, under a container engine that starts again at once and for ever: the
// process stays until it is told to end, or a minute has passed. A Pi is not kept busy with starting what cannot start.

import { EXIT } from './errors.ts';

const PAUSE_MS = 60_000;
const REPEATING: readonly number[] = [EXIT.noCamera, EXIT.unavailable, EXIT.config];

/**
 * @param restartPolicy SOFT_STREAM_RESTART, the engine's policy as compose passes it on; unset outside of compose
 * @returns how long to wait before the end; 0 where nobody starts again, or another start may go better
 */
export function pauseBeforeEnd(exitCode: number, restartPolicy: string | undefined): number {
  const isRestarted = restartPolicy !== undefined && restartPolicy !== '' && restartPolicy !== 'no';
  return isRestarted && REPEATING.includes(exitCode) ? PAUSE_MS : 0;
}

/** Waits that long, or until SIGTERM or SIGINT. */
export function endSlowly(exitCode: number, restartPolicy: string | undefined): Promise<void> {
  const pauseMs = pauseBeforeEnd(exitCode, restartPolicy);
  if (pauseMs === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, pauseMs);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
  });
}
