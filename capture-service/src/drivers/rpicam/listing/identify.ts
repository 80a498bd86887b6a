// Which listed camera a configured one means: pure. A camera that is not there is absent, never another one.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { SoftStreamError } from '@soft-stream/shared/runtime/errors';
import type { ListedCamera } from './list-cameras.ts';

export type Wanted = Pick<CameraConfig, 'camera' | 'id' | 'index'>;

/** Ids that cameras configured by index had when all of them were there, by `camN`. */
export type Pins = ReadonlyMap<string, string>;

export class AmbiguousCameraError extends SoftStreamError {
  constructor(wanted: string, ids: readonly string[]) {
    super('ERR_AMBIGUOUS_CAMERA', `camera id ${wanted} fits more than one camera: ${ids.join(', ')}; give more of it`);
  }
}

/**
 * Finds one configured camera. By id when it has one. By index else, but as indices shift when a camera goes missing,
 * one that was seen before is looked for by the id that it had, and nobody gets a camera that is another one's.
 * @param all every configured camera
 * @throws AmbiguousCameraError ERR_AMBIGUOUS_CAMERA
 */
export function identify(
  wanted: Wanted,
  all: readonly Wanted[],
  seen: readonly ListedCamera[],
  pins: Pins,
): ListedCamera | undefined {
  if (wanted.id !== undefined) return findById(wanted.id, seen);
  const pin = pins.get(wanted.camera);
  if (pin !== undefined) return seen.find((camera) => camera.id === pin);
  const found = seen.find((camera) => camera.index === wanted.index);
  return found !== undefined && belongsTo(found, wanted, all, seen, pins) ? found : undefined;
}

/**
 * What to remember after a listing: only a list that has every configured index says which index is which camera.
 * Once known it stays: when a camera goes missing, another one moves to its index, which says nothing.
 */
export function pinIndices(all: readonly Wanted[], seen: readonly ListedCamera[], pins: Pins): Pins {
  const byIndex = all.filter((each) => each.id === undefined);
  const found = byIndex.map((each) => [each.camera, idOf(each, all, seen, pins)] as const);
  const complete = found.filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  return complete.length === byIndex.length ? new Map(complete) : pins;
}

function idOf(...asked: Parameters<typeof identify>): string | undefined {
  try {
    return identify(...asked)?.id;
  } catch {
    // ERR_AMBIGUOUS_CAMERA: the start of that camera says so
    return undefined;
  }
}

/**
 * Whole id, else its tail from the first `i2c` on, since what stands before it changes with the kernel
 * (`/base/axi/pcie@120000/...`, `/base/axi/pcie@1000120000/...`).
 */
export function findById(id: string, seen: readonly ListedCamera[]): ListedCamera | undefined {
  const whole = seen.find((camera) => camera.id === id);
  if (whole) return whole;
  const tail = tailOf(id);
  const fitting = seen.filter((camera) => endsWithPath(camera.id, tail));
  if (fitting.length > 1) {
    throw new AmbiguousCameraError(
      id,
      fitting.map((camera) => camera.id),
    );
  }
  return fitting[0];
}

/** `i2c@88000/imx708@1a`; the last two steps where no `i2c` is in it, and whatever there is when shorter. */
export function tailOf(id: string): string[] {
  const steps = id.split('/').filter((step) => step !== '');
  const start = steps.findIndex((step) => step.startsWith('i2c'));
  return steps.slice(start >= 0 ? start : -2);
}

function endsWithPath(id: string, tail: readonly string[]): boolean {
  const steps = id.split('/').filter((step) => step !== '');
  return (
    tail.length > 0 && steps.length >= tail.length && tail.every((step, at) => steps.at(at - tail.length) === step)
  );
}

function belongsTo(
  found: ListedCamera,
  wanted: Wanted,
  all: readonly Wanted[],
  seen: readonly ListedCamera[],
  pins: Pins,
): boolean {
  return all.every((other) => {
    if (other.camera === wanted.camera) return true;
    if (other.id !== undefined) return findById(other.id, seen) !== found;
    return pins.get(other.camera) !== found.id;
  });
}
