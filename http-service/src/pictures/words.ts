// What is said in a picture that is not live: the state of the camera in words. One place, for all that we draw.

import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { withoutPaths } from '../status/without-paths.ts';
import { ageText } from './age-text.ts';

export interface Words {
  readonly title: string;
  /** a second line; empty when the title says it all */
  readonly detail: string;
}

export interface Situation {
  readonly status: Pick<CameraStatus, 'state' | 'cause' | 'nextTryAtMs'>;
  readonly captureReachable: boolean;
  /** wall clock ms */
  readonly nowMs: number;
}

/** Said while somebody watches: an idle camera is one that is about to start. */
export function describe({ status, captureReachable, nowMs }: Situation): Words {
  if (!captureReachable) {
    return { title: 'The capture service is away', detail: 'Live pictures come back by themselves' };
  }
  const cause = status.cause === null ? '' : withoutPaths(status.cause);
  const nextTry = nextTryText(status.nextTryAtMs, nowMs);
  switch (status.state) {
    case 'idle':
    case 'starting':
      return { title: 'The camera is starting', detail: '' };
    case 'focusing':
      return { title: 'The camera is focusing', detail: '' };
    case 'streaming':
      return { title: 'Waiting for the next picture', detail: cause };
    case 'capturing':
      return { title: 'A still is being taken', detail: '' };
    case 'absent':
      return { title: 'The camera is not connected', detail: nextTry };
    case 'held-off':
      return { title: 'Switched off by the operator', detail: '' };
    case 'restarting':
      return { title: 'The camera is restarting', detail: joined(cause, nextTry) };
    case 'failed':
      return { title: 'The camera has failed', detail: joined(cause, nextTry) };
  }
}

/** The line on a held picture: why it is not live, and how old it is. */
export function heldLine(words: Words, ageMs: number): string {
  return joined(words.title, words.detail, `picture is ${ageText(ageMs)} old`);
}

function nextTryText(nextTryAtMs: number | null, nowMs: number): string {
  if (nextTryAtMs === null) return '';
  const seconds = Math.ceil((nextTryAtMs - nowMs) / 1000);
  return seconds > 0 ? `next try in ${ageText(seconds * 1000)}` : 'trying again';
}

function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' · ');
}
