// A run directory for one demo: made under the system's temporary folder, and gone with all its traces at the end.

import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObjectOf, SHM_DIR } from '@soft-stream/shared/frames/names';

/** sun_path holds 108 bytes with the ending zero (unix(7)); the longest socket is operator/control.sock. */
const LONGEST_RUN_DIR = 107 - '/run/operator/control.sock'.length;

export interface RunDirectory extends AsyncDisposable {
  readonly path: string;
}

export async function openRunDirectory(prefix: string): Promise<RunDirectory> {
  const name = `${prefix}XXXXXX`;
  const parent = join(tmpdir(), name).length > LONGEST_RUN_DIR ? '/tmp' : tmpdir();
  const folder = await mkdtemp(join(parent, prefix));
  // One folder deeper: the services watch the parent too, and everybody's temporary files would wake them.
  const path = join(folder, 'run');
  await mkdir(path, { mode: 0o700 });
  return {
    path,
    async [Symbol.asyncDispose]() {
      // A capture-service that was killed leaves its frames; nobody else can own objects of this run directory.
      for (const object of await sharedMemoryOf(path)) await rm(object, { force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Paths of the shared-memory objects of a run directory's cameras. */
export async function sharedMemoryOf(runDir: string): Promise<string[]> {
  const names = await readdir(SHM_DIR);
  return names.filter((name) => isObjectOf(runDir, name)).map((name) => join(SHM_DIR, name));
}
