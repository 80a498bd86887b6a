// A CameraStatus as the other side sent it, older or newer than this one: made whole, and of words known here.

import {
  AUTOFOCUS_RESULTS,
  AUTOFOCUS_STATES,
  type AutofocusStatus,
  CAMERA_DRIVERS,
  CAMERA_STATES,
  type CameraStatus,
  type FocusFigure,
  failedRestarts,
  HOLDS,
  RESTART_CAUSES,
  type RestartCause,
  type Size,
} from './camera-status.ts';
import { readControlStates } from './controls.ts';
import { type Fields, fields, numberOr, requiredText, textOr, wordOr } from './read-fields.ts';

/** Which camera it is about is all that has to be there. @throws {UnreadableMessage} */
export function readCameraStatus(value: unknown): CameraStatus {
  const from = fields(value);
  const requested = fields(from['requested']);
  const frames = fields(from['frames']);
  const stills = fields(from['stills']);
  const object = fields(from['object']);
  return {
    version: 1,
    camera: requiredText(from['camera'], 'camera in a status'),
    name: textOr(from['name'], ''),
    ...readState(from['state']),
    cause: textOr(from['cause'], null),
    sinceMs: numberOr(from['sinceMs'], 0),
    viewers: numberOr(from['viewers'], 0),
    leases: numberOr(from['leases'], 0),
    fps: numberOr(from['fps'], 0),
    requested: { ...(readSize(requested) ?? { width: 0, height: 0 }), fps: numberOr(requested['fps'], 0) },
    negotiated: readSize(fields(from['negotiated'])),
    autofocus: readAutofocus(from['autofocus']),
    restarts: readRestarts(fields(from['restarts'])),
    starts: readStarts(fields(from['starts'])),
    nextTryAtMs: numberOr(from['nextTryAtMs'], null),
    driver: wordOr(CAMERA_DRIVERS, from['driver'], 'unknown'),
    cameraId: textOr(from['cameraId'], null),
    model: textOr(from['model'], null),
    hold: wordOr(HOLDS, from['hold'], 'auto'),
    frames: {
      published: numberOr(frames['published'], 0),
      bytes: numberOr(frames['bytes'], 0),
      dropped: readCounts(frames['dropped']),
    },
    stills: {
      taken: numberOr(stills['taken'], 0),
      failed: numberOr(stills['failed'], 0),
      lastError: textOr(stills['lastError'], null),
    },
    object: { name: textOr(object['name'], ''), byteLength: numberOr(object['byteLength'], 0) },
    controls: readControlStates(from['controls']),
    focusFigure: readFocusFigure(from['focusFigure']),
    pid: numberOr(from['pid'], null),
  };
}

/** What a state nobody here knows is called where people read it: no more than a word or two. */
const LONGEST_WORD = 40;

function readState(value: unknown): Pick<CameraStatus, 'state' | 'unknownState'> {
  const state = wordOr(CAMERA_STATES, value, undefined);
  if (state !== undefined && state !== 'unknown') return { state };
  const word = textOr(value, '').replaceAll(/[^\p{L}\p{N} _-]/gu, '');
  return word === '' || state !== undefined
    ? { state: 'unknown' }
    : { state: 'unknown', unknownState: word.slice(0, LONGEST_WORD) };
}

function readSize(from: Fields): Size | null {
  const { width, height } = from as { readonly width?: unknown; readonly height?: unknown };
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : null;
}

function readAutofocus(value: unknown): AutofocusStatus | null {
  if (typeof value !== 'object' || value === null) return null;
  const from = fields(value);
  return {
    state: wordOr(AUTOFOCUS_STATES, from['state'], 'unknown'),
    lensPosition: numberOr(from['lensPosition'], null),
    lastResult: wordOr(AUTOFOCUS_RESULTS, from['lastResult'], null),
    lastDurationMs: numberOr(from['lastDurationMs'], null),
  };
}

function readFocusFigure(value: unknown): FocusFigure | null {
  const { value: figure, atMs } = fields(value) as { readonly value?: unknown; readonly atMs?: unknown };
  return typeof figure === 'number' && typeof atMs === 'number' ? { value: figure, atMs } : null;
}

function readRestarts(from: Fields): CameraStatus['restarts'] {
  const byCause: Partial<Record<RestartCause, number>> = {};
  for (const [name, count] of Object.entries(readCounts(from['byCause']))) {
    const cause = wordOr(RESTART_CAUSES, name, 'other');
    byCause[cause] = (byCause[cause] ?? 0) + count;
  }
  return { total: numberOr(from['total'], 0), failed: failedRestarts(byCause), byCause };
}

function readStarts(from: Fields): CameraStatus['starts'] {
  return {
    total: numberOr(from['total'], 0),
    withoutListing: numberOr(from['withoutListing'], 0),
    corrected: numberOr(from['corrected'], 0),
  };
}

function readCounts(value: unknown): Record<string, number> {
  const counts = Object.entries(fields(value)).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return Object.fromEntries(counts);
}
