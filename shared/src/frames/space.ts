// How much shared memory a camera takes, and whether that much is there: asked before, since too little is SIGBUS later.

import { statfsSync } from 'node:fs';
import { EXIT, FatalError } from '../runtime/errors.ts';
import { objectByteLength, roundToPages } from './layout.ts';
import { SHM_DIR } from './names.ts';

const MIB = 1024 * 1024;
const MIN_STREAM_SLOT_BYTES = MIB;
const MIN_STILL_SLOT_BYTES = 4 * MIB;
/** No JPEG of a camera takes a byte a pixel: at quality 95 and full of noise it is about half of that. */
const BYTES_PER_PIXEL = 1;

/** What of a camera's configuration decides how large its slots are. */
export interface SlotNeeds {
  readonly width: number;
  readonly height: number;
  /** the size of stills */
  readonly snapshot: { readonly width: number; readonly height: number };
  readonly slotBytes: number | undefined;
  readonly stillSlotBytes: number | undefined;
}

export interface SlotSizes {
  readonly streamSlotBytes: number;
  readonly stillSlotBytes: number;
  /** of the whole object */
  readonly byteLength: number;
}

/** From `camN_slot_bytes` and `camN_still_slot_bytes`, else from the sizes of stream and still; rounded up to pages. */
export function slotSizes(camera: SlotNeeds): SlotSizes {
  const { snapshot } = camera;
  const streamSlotBytes = roundToPages(
    camera.slotBytes ?? Math.max(MIN_STREAM_SLOT_BYTES, camera.width * camera.height * BYTES_PER_PIXEL),
  );
  const stillSlotBytes = roundToPages(
    camera.stillSlotBytes ?? Math.max(MIN_STILL_SLOT_BYTES, snapshot.width * snapshot.height * BYTES_PER_PIXEL),
  );
  return { streamSlotBytes, stillSlotBytes, byteLength: objectByteLength(streamSlotBytes, stillSlotBytes) };
}

/**
 * Call after leftovers were removed and before the first object is made, with the total of all cameras.
 * @param neededBytes of all objects together
 * @throws {FatalError} 78 ERR_SHM_TOO_SMALL with both figures
 */
export function checkSpace(neededBytes: number, directory: string = SHM_DIR): void {
  const { bavail, bsize } = statfsSync(directory);
  const freeBytes = bavail * bsize;
  if (freeBytes < neededBytes) throw tooLittleSpace(neededBytes, freeBytes);
}

export function tooLittleSpace(neededBytes: number, freeBytes?: number, cause?: unknown): FatalError {
  const free = freeBytes === undefined ? 'less than that was free' : `${mebibytes(freeBytes)} are free`;
  return new FatalError(
    EXIT.config,
    'ERR_SHM_TOO_SMALL',
    `frames need ${mebibytes(neededBytes)} of ${SHM_DIR} and ${free}: raise the size= option of the volume "frames" in ` +
      `compose.yaml (SOFT_STREAM_FRAMES_MB=${Math.ceil(neededBytes / MIB) + 1}), ` +
      'or set camN_slot_bytes and camN_still_slot_bytes lower',
    { cause },
  );
}

function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
