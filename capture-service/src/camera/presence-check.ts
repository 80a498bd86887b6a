// Looks for a camera that nobody wants right now, so that its state says whether it is there.

import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { CameraDriver, Located } from '../drivers/driver.ts';
import type { LookEnded } from './decide/events.ts';

export interface PresenceCheck {
  /** Reports exactly one end. */
  look(request: number | null, signal: AbortSignal | undefined): void;
  /** Ends every look under way. */
  stop(): void;
}

export interface PresenceReports {
  located(located: Located): void;
  ended(request: number | null, end: LookEnded): void;
}

export function createPresenceCheck(driver: CameraDriver, reports: PresenceReports): PresenceCheck {
  const stopping = new AbortController();

  const look = async (signal: AbortSignal): Promise<LookEnded> => {
    try {
      const located = await driver.locate(signal);
      if (located === undefined) return { kind: 'absent' };
      reports.located(located);
      return { kind: 'found' };
    } catch (error) {
      return signal.aborted ? { kind: 'aborted' } : { kind: 'failed', message: errorMessage(error) };
    }
  };

  return {
    look(request, signal) {
      const signals = signal === undefined ? [stopping.signal] : [signal, stopping.signal];
      void look(AbortSignal.any(signals)).then((end) => reports.ended(request, end));
    },
    stop: () => stopping.abort(new Error('the service is stopping')),
  };
}
