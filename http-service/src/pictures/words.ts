// What is said in a picture that is not live: the state of the camera in words. One place, for all that we draw.

import type { CameraState, CameraStatus } from '@soft-stream/shared/api/camera-status';
import { stateTitle } from '../../portal/state-words.js';
import { portalFiles } from '../portal/portal-files.ts';
import { withoutPaths } from '../status/portal-status.ts';
import { ageText } from './age-text.ts';

export interface Words {
  readonly title: string;
  /** a second line; empty when the title says it all */
  readonly detail: string;
}

export interface Situation {
  readonly status: Pick<CameraStatus, 'state' | 'unknownState' | 'cause' | 'nextTryAtMs'>;
  readonly captureReachable: boolean;
  /** wall clock ms */
  readonly nowMs: number;
}

/** Said while somebody watches: an idle camera is one that is about to start. */
const TITLES = {
  absent: 'absent',
  idle: 'starting',
  'held-off': 'heldOff',
  starting: 'starting',
  focusing: 'focusing',
  streaming: 'waiting',
  capturing: 'capturing',
  restarting: 'restarting',
  failed: 'failed',
  unknown: 'unknown',
} as const satisfies Record<CameraState, string>;

/** The title is the page's own: both take it from portal/texts. */
export function describe({ status, captureReachable, nowMs }: Situation): Words {
  const texts = portalFiles().texts.get('en');
  if (!captureReachable) {
    return { title: stateTitle('captureAway', texts), detail: 'live pictures resume by themselves' };
  }
  const title = stateTitle(TITLES[status.state], texts);
  const cause = status.cause === null ? '' : withoutPaths(status.cause);
  const nextTry = nextTryText(status.nextTryAtMs, nowMs);
  switch (status.state) {
    case 'streaming':
      return { title, detail: cause };
    case 'absent':
      return { title, detail: nextTry };
    case 'restarting':
    case 'failed':
      return { title, detail: joined(cause, nextTry) };
    case 'idle':
    case 'starting':
    case 'focusing':
    case 'capturing':
    case 'held-off':
      return { title, detail: '' };
    case 'unknown':
      return {
        title: status.unknownState === undefined ? title : `${title}: "${status.unknownState}"`,
        detail: joined(cause, nextTry),
      };
  }
}

/** Without what changes every second: for whoever shows it on. */
export function describeLasting(status: Situation['status'] & { readonly captureReachable: boolean }): string {
  const { captureReachable } = status;
  const words = describe({ status: { ...status, nextTryAtMs: null }, captureReachable, nowMs: 0 });
  return joined(words.title, captureReachable ? words.detail : '').replaceAll(' · ', ', ');
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
