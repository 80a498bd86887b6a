// What all cameras of this machine share: the programs, and one lock, since `--list-cameras` opens every camera and
// makes another program's start fail (3 of 15 starts, measured). Listing and opening take turns; an opened camera
// keeps its turn until its first frame or its end, or a bound, so that a silent one does not block the other for ever.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { abortable } from '@soft-stream/shared/runtime/abortable';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createLock } from '@soft-stream/shared/runtime/lock';
import type { Logger } from 'pino';
import type { RpicamPrograms } from '../process/programs.ts';
import { identify, type Pins, pinIndices } from './identify.ts';
import { createLastListing, type LastListing } from './last-listing.ts';
import type { ListedCamera } from './list-cameras.ts';
import { runListing } from './run-listing.ts';

/** Acquiring and configuring is over long before, even on a busy Pi. */
const OPENING_MS = 5_000;
/** `configuring streams` was said: the camera is acquired, a listing could no longer take it away. */
const AFTER_CONFIGURED_MS = 1_500;

export interface RpicamHost {
  readonly programs: RpicamPrograms;
  readonly clock: Clock;
  /** every camera that this driver serves, given before the first lookup */
  register(config: CameraConfig): void;
  /** What libcamera sees now; who asks during a listing gets its result. @throws ListingError ERR_LISTING */
  list(signal?: AbortSignal): Promise<readonly ListedCamera[]>;
  /** Which one of a listing is this camera. @throws AmbiguousCameraError ERR_AMBIGUOUS_CAMERA */
  identify(config: CameraConfig, seen: readonly ListedCamera[]): ListedCamera | undefined;
  /** @throws ListingError ERR_LISTING, AmbiguousCameraError ERR_AMBIGUOUS_CAMERA */
  locate(config: CameraConfig, signal: AbortSignal): Promise<ListedCamera | undefined>;
  /** Where it is by the last listing, when that may be relied on; undefined: list. */
  known(config: CameraConfig): ListedCamera | undefined;
  /** whether the last listing still holds */
  readonly lastListing: LastListing;
  /** Waits for the turn to open a camera. */
  takeTurn(signal?: AbortSignal): Promise<OpeningTurn>;
  /** the ids of cameras that were found to have no lens motor */
  readonly fixedFocus: Set<string>;
}

export interface OpeningTurn {
  /** the camera is acquired: the turn ends soon */
  configured(): void;
  /** first frame or end */
  release(): void;
}

export function createRpicamHost(options: {
  readonly programs: RpicamPrograms;
  readonly clock: Clock;
  readonly log: Logger;
}): RpicamHost {
  const { programs, clock, log } = options;
  const lock = createLock();
  const configs: CameraConfig[] = [];
  let pins: Pins = new Map();
  const lastListing = createLastListing();
  let running: { readonly result: Promise<readonly ListedCamera[]>; askers: number; stop(): void } | undefined;

  const startListing = () => {
    const controller = new AbortController();
    const { signal } = controller;
    const listNow = async () => {
      const since = lastListing.begins();
      const seen = await runListing({ programs, clock, log, signal });
      pins = pinIndices(configs, seen, pins);
      since.saw(seen);
      return seen;
    };
    const result = lock.run(listNow, signal);
    const run = { result, askers: 0, stop: () => controller.abort() };
    const forget = () => {
      if (running === run) running = undefined;
    };
    result.then(forget, forget);
    return run;
  };

  const list = async (signal?: AbortSignal): Promise<readonly ListedCamera[]> => {
    signal?.throwIfAborted();
    running ??= startListing();
    const run = running;
    run.askers++;
    try {
      return await untilAborted(run.result, signal);
    } finally {
      run.askers--;
      if (run.askers === 0) {
        if (running === run) running = undefined;
        run.stop();
      }
    }
  };

  return {
    programs,
    clock,
    fixedFocus: new Set(),
    register: (config) => configs.push(config),
    list,
    identify: (config, seen) => identify(config, configs, seen, pins),
    async locate(config, signal) {
      return identify(config, configs, await list(signal), pins);
    },
    lastListing,
    known(config) {
      const seen = lastListing.reliable;
      return seen && identify(config, configs, seen, pins);
    },
    async takeTurn(signal) {
      const release = await lock.acquire(signal);
      let cancelBound = clock.after(OPENING_MS, release);
      let isSettled = false;
      return {
        configured() {
          if (isSettled) return;
          isSettled = true;
          cancelBound();
          cancelBound = clock.after(AFTER_CONFIGURED_MS, release);
        },
        release() {
          isSettled = true;
          cancelBound();
          release();
        },
      };
    },
  };
}

function untilAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return abortable(signal, (resolve, reject) => {
    result.then(resolve, reject);
    return undefined;
  });
}
