// Looks for a camera that nobody wants right now, so that its state says whether it is there.

import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { CameraDriver, Located } from '../drivers/driver.ts';

export interface LookoutEvents {
  /** asked before looking and again before telling: the camera may have been started meanwhile */
  mayLook(): boolean;
  found(located: Located): void;
  foundNothing(): void;
  /** listing itself failed */
  failed(message: string): void;
}

export interface Lookout {
  /** Never throws; tells nothing when aborted. */
  look(signal?: AbortSignal): Promise<void>;
}

export function createLookout(driver: CameraDriver, events: LookoutEvents): Lookout {
  return {
    async look(signal = new AbortController().signal) {
      if (!events.mayLook()) return;
      try {
        const located = await driver.locate(signal);
        if (!events.mayLook()) return;
        if (located) events.found(located);
        else events.foundNothing();
      } catch (error) {
        if (events.mayLook() && !signal.aborted) events.failed(errorMessage(error));
      }
    },
  };
}
