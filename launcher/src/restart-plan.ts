// What the launcher does when a service ends without having been asked to. Pure: it decides, run-pair.ts acts.

import { EXIT } from '@soft-stream/shared/runtime/errors';
import type { ServiceEnd } from './service-process.ts';

export type Plan =
  /** trying again would end the same way: stop the other one too */
  { readonly kind: 'end'; readonly exitCode: number } | { readonly kind: 'restart'; readonly afterMs: number };

/** A service that ran this long starts its backoff anew. */
const STEADY_MS = 30_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

const FINAL_CODES: readonly (number | null)[] = [EXIT.noCamera, EXIT.unavailable, EXIT.config, EXIT.usage];

/** @param quickEnds how often in a row it has ended before it was steady, this end not counted */
export function planAfterEnd(end: ServiceEnd, quickEnds: number): Plan {
  if (end.code !== null && FINAL_CODES.includes(end.code)) return { kind: 'end', exitCode: end.code };
  return { kind: 'restart', afterMs: Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** quickEnds) };
}

/** @returns the count to pass at the next end of this service */
export function quickEndsAfter(ranMs: number, quickEnds: number): number {
  return ranMs >= STEADY_MS ? 0 : quickEnds + 1;
}
