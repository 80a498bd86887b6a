// The imagined Raspberry Pi that the stand-ins run on: which cameras are plugged in and what is wrong with them.
// It is one JSON file, so that a test can change it while the programs run; they look at it before every frame.

import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Faults {
  /** total silence from the sensor; SIGINT has no effect meanwhile */
  readonly stall?: boolean;
  /** the sensor stops and libcamera notices: the restart loop that never ends, about once a second */
  readonly deviceTimeout?: boolean;
  /** frames flow until this many were sent, then as `stall` */
  readonly stallAfterFrames?: number;
  /** the same picture for ever */
  readonly freeze?: boolean;
  readonly black?: boolean;
  /** every frame is cut in the middle of its scan data */
  readonly truncated?: boolean;
  /** the middle of every frame is missing, SOI and EOI are there */
  readonly torn?: boolean;
  /** every frame is padded to this many bytes */
  readonly oversizedBytes?: number;
  /** the first frame never ends */
  readonly endless?: boolean;
  /** random bytes before every frame */
  readonly garbageBytes?: number;
  /** lines on stderr with every frame */
  readonly stderrLines?: number;
  readonly autofocus?: 'focused' | 'failed' | 'never';
  readonly autofocusMs?: number;
  /** SIGINT and SIGTERM are both ignored */
  readonly ignoreSignals?: boolean;
  readonly acquireFails?: boolean;
  /** opening ends with 255 and the text of that row of the failure table */
  readonly openFails?: 'no dma heap' | 'no memory' | 'no Pi' | 'codec' | 'no cameras' | 'index out of range';
  /** as when stdout is closed or a file cannot be opened: an exception that nobody catches */
  readonly abortAfterFrames?: number;
  readonly exitAfterFrames?: number;
  readonly firstFrameMs?: number;
  readonly still?: 'fails' | 'hangs' | 'truncated' | 'empty';
}

export interface StandinCamera {
  readonly id: string;
  readonly model: string;
  readonly width: number;
  readonly height: number;
  readonly autofocus: boolean;
  readonly connected: boolean;
  /** folder of .jpg files */
  readonly recording: string;
  readonly modes: readonly string[];
  readonly faults: Faults;
}

export interface World {
  readonly cameras: readonly StandinCamera[];
  /** `--list-cameras` ends with 255, or never */
  readonly listing?: 'fails' | 'hangs';
  /** the camera of this model is unplugged at the very end of the next listing: too late to be missed in it */
  readonly vanishesAfterListing?: string;
  /** multiplies `-t` of stills and the time that a listing holds each camera (30 ms) */
  readonly timeScale: number;
}

export const worldFile = (folder: string): string => join(folder, 'world.json');

/** one JSON line for each program that was started to open a camera */
export const startsFile = (folder: string): string => join(folder, 'starts.log');

export function readWorld(folder: string): World {
  return JSON.parse(readFileSync(worldFile(folder), 'utf8')) as World;
}

/** Replaces the file in one step: a stand-in never reads half of it. */
export function writeWorld(folder: string, world: World): void {
  const draft = `${worldFile(folder)}.draft`;
  writeFileSync(draft, JSON.stringify(world, null, 1));
  renameSync(draft, worldFile(folder));
}

/** Reads the world again only when the file was replaced. */
export function worldWatcher(folder: string): () => World {
  let seen = { version: '', world: readWorld(folder) };
  return () => {
    // Two replacements in a row give the first inode back: the time tells them apart.
    const { ino, mtimeNs } = statSync(worldFile(folder), { bigint: true });
    const version = `${ino} ${mtimeNs}`;
    if (version !== seen.version) seen = { version, world: readWorld(folder) };
    return seen.world;
  };
}

/** Cameras in the order of their indices: id descending (rpicam_app.hpp sorts so); a missing one moves the others up. */
export function camerasInOrder(world: World): StandinCamera[] {
  return world.cameras.filter((each) => each.connected).sort((a, b) => (a.id < b.id ? 1 : -1));
}
