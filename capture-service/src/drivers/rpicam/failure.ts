// Why a camera program ended, from what it said and how: pure. There is no exit code for "camera missing": text decides.

import { SoftStreamError } from '@soft-stream/shared/runtime/errors';
import type { ChildEnd } from '../child-process/child.ts';
import type { StreamEnd } from '../driver.ts';

/** A still that did not come about; `cause` and `cameraMissing` as for a stream. */
export class StillError extends SoftStreamError {
  readonly failure: StreamEnd;

  constructor(failure: StreamEnd) {
    super(failure.cameraMissing ? 'ERR_CAMERA_MISSING' : 'ERR_STILL', failure.message);
    this.failure = failure;
  }
}

/** The indices shifted between listing and opening: never show another camera's picture. */
export function openedAnother(openedId: string, wantedId: string): StreamEnd {
  const message = `camera ${wantedId} is gone: its index opened ${openedId} instead`;
  return { cause: 'child exited', message, cameraMissing: true };
}

export interface LastWords {
  /** `rpicam-vid` or `rpicam-still` */
  readonly program: string;
  readonly lastError: string | undefined;
  /** what libcamera called an error last, if anything */
  readonly lastLibcameraError: string | undefined;
  /** advice found in what it said */
  readonly hint: string | undefined;
}

export function explainEnd(end: ChildEnd, { program, lastError, lastLibcameraError, hint }: LastWords): StreamEnd {
  const advice = hint === undefined ? '' : ` (${hint})`;
  if (end.startError !== undefined) {
    return { cause: 'child exited', message: `${program} did not start: ${end.startError}`, cameraMissing: false };
  }
  const driver = lastLibcameraError === undefined ? '' : `; libcamera said: ${lastLibcameraError}`;
  const message = `${program}: ${lastError ?? ending(end)}${advice}${driver}`;
  if (/failed to acquire camera/.test(lastError ?? '')) {
    return { cause: 'acquire failed', message, cameraMissing: false };
  }
  const cameraMissing = /no cameras available|selected camera is not available/.test(lastError ?? '');
  return { cause: 'child exited', message, cameraMissing };
}

/** What a program said, with the advice found beside it. */
export function withHint(text: string, hint: string | undefined): string {
  return hint === undefined ? text : `${text} (${hint})`;
}

function ending({ exitCode, signal }: ChildEnd): string {
  if (signal !== null) return `ended by ${signal}`;
  return exitCode === 0 ? 'ended by itself (exit code 0)' : `ended with exit code ${exitCode}`;
}
