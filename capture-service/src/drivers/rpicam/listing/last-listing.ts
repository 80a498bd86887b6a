// What the last `--list-cameras` saw, and whether it may still be relied on. A listing takes 0.2 to 0.5 s on a Pi, so a
// start does without one when nothing has come or gone in /dev since and the program itself will say which camera it
// opened. An index that is relied on is only a guess until it has said so.

import type { ListedCamera } from './list-cameras.ts';

export interface LastListing {
  /** the cameras as they are numbered now; undefined: list first */
  readonly reliable: readonly ListedCamera[] | undefined;
  /** A listing starts: what changes from here on makes its result old at once. */
  begins(): { saw(cameras: readonly ListedCamera[]): void };
  /** Something came or went, a program failed, or an id was not the expected one: list before the next start. */
  outdated(): void;
  /** /dev is watched: only then is silence from there a sign that nothing has changed. */
  devicesAreWatched(isWatching: boolean): void;
  /** The program named the camera that it opened, by the very id that the listing gave: this version does so. */
  programNamesIds(): void;
  /** Whether `openedId` is a listed camera, but not the wanted one: the indices have shifted. */
  isAnother(openedId: string, wantedId: string): boolean;
}

export function createLastListing(): LastListing {
  let seen: readonly ListedCamera[] = [];
  let version = 0;
  let seenInVersion: number | undefined;
  let isWatching = false;
  let namesIds = false;

  return {
    get reliable() {
      return isWatching && namesIds && seenInVersion === version ? seen : undefined;
    },
    begins() {
      const begunIn = version;
      return {
        saw(cameras) {
          seen = cameras;
          seenInVersion = begunIn;
        },
      };
    },
    outdated() {
      version += 1;
    },
    devicesAreWatched(watching) {
      isWatching = watching;
    },
    programNamesIds() {
      namesIds = true;
    },
    isAnother: (openedId, wantedId) => openedId !== wantedId && seen.some((camera) => camera.id === openedId),
  };
}
