// The folders of a socket: made at the start where they are missing, and made as they were when somebody removes them.

import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../runtime/errors.ts';
import { folderError, makeSocketFolder } from './socket-path.ts';

export interface RememberedFolders {
  /** Makes what is missing of the folder and those above it. @throws {FatalError} 78 */
  restore(): void;
}

interface Seen {
  readonly folder: string;
  readonly mode: number;
  readonly groupId: number;
}

const PERMISSIONS = 0o7777;

/** @param mode of the folder where it is made for the first time */
export function rememberFolders(folder: string, mode: number): RememberedFolders {
  const seen = new Map<string, Seen>();

  const look = () => {
    for (const each of [folder, ...foldersAbove(folder)]) {
      const stat = statSync(each, { throwIfNoEntry: false });
      if (stat) seen.set(each, { folder: each, mode: stat.mode & PERMISSIONS, groupId: stat.gid });
    }
  };

  return {
    restore() {
      for (const each of [...seen.values()].reverse()) makeAgain(each);
      makeSocketFolder(folder, mode);
      look();
    },
  };
}

function makeAgain({ folder, mode, groupId }: Seen): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    throw folderError(folder, error);
  }
  try {
    chownSync(folder, -1, groupId);
  } catch {
    // EPERM: a group that this user is not in
  }
  // After the group: changing that takes the setgid bit away.
  chmodSync(folder, mode);
}

function foldersAbove(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [] : [above, ...foldersAbove(above)];
}
