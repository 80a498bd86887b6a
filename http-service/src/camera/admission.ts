// Whether one more viewer may watch: so many of a camera, so many of this process. A refusal is counted.

import { HttpProblem } from '../errors/http-problem.ts';
import type { StreamCounters } from '../status/counters.ts';

/** What may be at the most, and how many there are now. */
interface Places {
  readonly max: number;
  taken(): number;
}

const RETRY_S = 10;

export interface Admission {
  /** Counts a refusal. @throws {HttpProblem} ERR_TOO_MANY_VIEWERS when one more viewer may not watch now */
  admit(): void;
  /** The same without counting. @throws {HttpProblem} ERR_TOO_MANY_VIEWERS */
  assertAdmissible(): void;
}

export function createAdmission(
  places: { readonly camera: Places; readonly process: Places },
  counters: Pick<StreamCounters, 'viewersRefused'>,
): Admission {
  const isFull = () => Object.values(places).some(({ max, taken }) => taken() >= max);
  const assertAdmissible = () => {
    if (!isFull()) return;
    const message = 'the camera has reached its viewer limit';
    throw new HttpProblem('ERR_TOO_MANY_VIEWERS', message, { retryAfterS: RETRY_S });
  };
  return {
    assertAdmissible,
    admit() {
      if (isFull()) counters.viewersRefused.limit++;
      assertAdmissible();
    },
  };
}
