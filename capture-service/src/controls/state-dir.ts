// Makes the state folder, level by level: where it cannot be made, the first level that fails says why. (Node.js 20
// tries for ever to make a folder below /proc in one call.)

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '@soft-stream/shared/runtime/errors';

const MODE = 0o700;

/** @throws what the system says: EACCES, EROFS, ENOTDIR, ... */
export async function makeStateDir(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: MODE });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error;
    await makeStateDir(parent);
    await mkdir(path, { mode: MODE });
  }
}
