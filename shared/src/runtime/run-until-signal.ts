// A service runs until it is told to end; told twice, it ends at once.

import { constants } from 'node:os';

export type EndSignal = 'SIGTERM' | 'SIGINT';

/**
 * Resolves with the first SIGTERM or SIGINT. From then on a second one ends the process with 128 + its number,
 * for an operator whose orderly end hangs. Call it once, before anything is opened.
 */
export function runUntilSignal(): Promise<EndSignal> {
  return new Promise((resolve) => {
    let isEnding = false;
    const onSignal = (signal: EndSignal) => {
      if (isEnding) process.exit(128 + constants.signals[signal]);
      isEnding = true;
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
