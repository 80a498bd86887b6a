// Whether a program has opened the camera that it was meant to. It is started by an index, and an index that was not
// listed just now is only assumed: then nothing of it may be shown before libcamera has named the camera on stderr,
// which it does before the first frame. stdout and stderr are read apart, so a frame may come a moment before its name.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Located, StreamEnd } from '../driver.ts';
import type { LastListing } from './listing/last-listing.ts';

/** The name is said before the first frame: what is missing this long after it will not come. */
const NAME_AFTER_FRAME_MS = 500;
const NAMELESS = 'the program did not say which camera it opened';

export interface CameraCheck {
  /** nothing, or nothing more, stands against showing what comes */
  readonly isPassed: boolean;
  /** A frame came. @returns whether it may be shown */
  passes(): boolean;
  /** libcamera named the camera that was opened; `another`: a listed camera that is not the wanted one */
  named(id: string): 'another' | undefined;
  /** The program is gone. @returns true when that is `onWrongCamera`'s business and no end of the stream */
  ended(end: StreamEnd): boolean;
}

export function createCameraCheck(options: {
  readonly located: Located;
  readonly lastListing: LastListing;
  readonly clock: Clock;
  /** at most once, and only where the camera was assumed */
  onWrongCamera(why: string): void;
}): CameraCheck {
  const { located, lastListing, clock, onWrongCamera } = options;
  let verdict: 'passed' | 'open' | 'wrong' = located.isAssumed === true ? 'open' : 'passed';
  let cancelWait: (() => void) | undefined;

  const decide = (decided: 'passed' | 'wrong', why = '') => {
    cancelWait?.();
    if (verdict !== 'open') return;
    verdict = decided;
    if (decided === 'wrong') {
      lastListing.outdated();
      onWrongCamera(why);
    }
  };

  return {
    get isPassed() {
      return verdict === 'passed';
    },
    passes() {
      if (verdict === 'open') {
        cancelWait ??= clock.after(NAME_AFTER_FRAME_MS, () => decide('wrong', NAMELESS));
      }
      return verdict === 'passed';
    },
    named(id) {
      if (verdict === 'open') {
        if (id === located.id) decide('passed');
        else decide('wrong', `index ${located.index} opened ${id}`);
        return undefined;
      }
      if (id === located.id) lastListing.programNamesIds();
      return lastListing.isAnother(id, located.id) ? 'another' : undefined;
    },
    ended({ cameraMissing, message }) {
      // Frames without a name cannot be told from another camera's.
      if (cameraMissing) decide('wrong', message);
      else if (cancelWait !== undefined) decide('wrong', NAMELESS);
      return verdict === 'wrong';
    },
  };
}
