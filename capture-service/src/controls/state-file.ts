// What was set of one camera, on disk: `cam0.json` in the state folder. Written whole beside its name, synced, renamed:
// whoever is killed in between leaves the old file or the new one. At most three names per camera ever exist.

import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { errorCode, errorMessage } from '@soft-stream/shared/runtime/errors';
import type { Logger } from 'pino';
import type { Overrides } from './overrides.ts';
import { makeStateDir } from './state-dir.ts';

/** However fast a slider is moved: cards wear out. The first change is written at once, the last one always. */
const WRITE_INTERVAL_MS = 2_000;
/** More was not written by this program. */
const MAX_BYTES = 64 * 1_024;
const MODE = 0o600;

export interface StateFile extends AsyncDisposable {
  /** Writes it now or soon; a failure is logged, and what was set holds until the service ends. */
  save(overrides: Overrides): void;
}

export interface StateFileOptions {
  readonly dir: string;
  /** `cam0` */
  readonly camera: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** @returns what it says of each control, unchecked; undefined: nothing was set. A damaged file is put aside. Never throws. */
export async function readStateFile({ dir, camera, log }: Omit<StateFileOptions, 'clock'>): Promise<unknown> {
  const path = pathOf(dir, camera);
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
    return contentOf(JSON.parse(text));
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    const facts = { camera, path, reason: errorMessage(error) };
    const aside = `${path}.damaged`;
    const isAside = await rename(path, aside).then(
      () => true,
      () => false,
    );
    log.warn(
      isAside ? { ...facts, aside } : facts,
      'what was set at run time cannot be read: the environment file holds',
    );
    return undefined;
  }
}

export function openStateFile({ dir, camera, clock, log }: StateFileOptions): StateFile {
  const path = pathOf(dir, camera);
  let waiting: Overrides | undefined;
  let writing: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;
  let hasFailed = false;

  const write = async (overrides: Overrides) => {
    try {
      await makeStateDir(dir);
      await replace(path, `${JSON.stringify({ version: 1, controls: overrides }, null, 2)}\n`);
      await syncFolder(dir);
      hasFailed = false;
    } catch (error) {
      const facts = { camera, path, reason: errorMessage(error) };
      if (!hasFailed) log.warn(facts, 'what was set cannot be kept: it holds until capture-service ends');
      hasFailed = true;
    }
  };
  const cancel = () => {
    cancelTimer?.();
    cancelTimer = undefined;
  };
  const writeNow = () => {
    const overrides = waiting;
    waiting = undefined;
    if (overrides === undefined) return;
    writing = write(overrides).finally(() => {
      writing = undefined;
      cancelTimer ??= clock.after(WRITE_INTERVAL_MS, () => {
        cancelTimer = undefined;
        writeNow();
      });
    });
  };

  return {
    save(overrides) {
      waiting = overrides;
      if (writing === undefined && cancelTimer === undefined) writeNow();
    },
    async [Symbol.asyncDispose]() {
      await writing;
      cancel();
      writeNow();
      await writing;
      cancel();
    },
  };
}

function pathOf(dir: string, camera: string): string {
  return join(dir, `${camera}.json`);
}

function contentOf(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null || !('controls' in stored)) throw new Error('it has no controls');
  return stored.controls;
}

async function replace(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w', MODE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

/** So that the new name outlives a power cut as well. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
