// Waits for something to become true that no event tells about: asks again, modestly often.

import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** ms; generous, for a busy machine (20000) */
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}

type Falsy = false | 0 | '' | null | undefined;

/**
 * @returns the first truthy value of `condition`
 * @throws Error that names `what` and shows the last value or error
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Falsy | Promise<T | Falsy>,
  { timeoutMs = 20_000, intervalMs = 50 }: WaitOptions = {},
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadlineMs) {
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}; last: ${String(last)}`, { cause: last });
    }
    await sleep(intervalMs);
  }
}
