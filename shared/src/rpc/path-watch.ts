// Notices when a path appears, vanishes or is replaced, by inotify on its folder and on the folder above (which may be
// made, removed and made again). Of a path whose folders are missing, the nearest folder that is there is watched.

import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Logger } from 'pino';
import { errorCode } from '../runtime/errors.ts';

export interface PathWatch {
  /** false where the kernel gives no watch at all (limits of inotify) */
  readonly isWatching: boolean;
  close(): void;
}

interface Watched {
  readonly inode: bigint;
  readonly watcher: FSWatcher;
}

export interface WatchPathOptions {
  readonly path: string;
  /** its folder cannot vanish: the one above, such as a busy /dev, is left alone */
  readonly isInMountPoint?: boolean;
  onChange(): void;
  readonly log: Logger;
}

export function watchPath(options: WatchPathOptions): PathWatch {
  const { path, isInMountPoint = false, onChange, log } = options;
  const watched = new Map<string, Watched>();
  let isClosed = false;

  /** Watches what is there now; a folder that was replaced has another inode and needs a new watch. */
  const rearm = () => {
    const wanted = new Map(foldersToWatch(path, isInMountPoint).map(({ folder, inode }) => [folder, inode]));
    for (const [folder, { inode, watcher }] of watched) {
      if (wanted.get(folder) === inode) continue;
      watcher.close();
      watched.delete(folder);
    }
    for (const [folder, inode] of wanted) if (!watched.has(folder)) add(folder, inode);
  };

  const add = (folder: string, inode: bigint) => {
    const entry = entryBelow(folder, path);
    try {
      const watcher = watch(folder, (_event, name) => {
        // A folder reports its own end under its own name.
        if (name === null || name === entry || name === basename(folder)) changed();
      });
      watcher.on('error', () => drop(folder, watcher));
      watched.set(folder, { inode, watcher });
    } catch (error) {
      // ENOENT: gone in the meantime, which its own folder reports. ENOSPC, EMFILE: limits.
      if (errorCode(error) !== 'ENOENT') log.warn({ err: error, path: folder }, 'folder cannot be watched');
    }
  };

  const drop = (folder: string, watcher: FSWatcher) => {
    watcher.close();
    if (watched.get(folder)?.watcher === watcher) watched.delete(folder);
    changed();
  };

  const changed = () => {
    if (isClosed) return;
    rearm();
    onChange();
  };

  rearm();
  return {
    get isWatching() {
      return watched.size > 0;
    },
    close() {
      isClosed = true;
      for (const { watcher } of watched.values()) watcher.close();
      watched.clear();
    },
  };
}

/** The folder of `path` and the one above, unless the first is enough; else the nearest that exists. */
function foldersToWatch(path: string, isOneEnough: boolean): { readonly folder: string; readonly inode: bigint }[] {
  const found = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const stat = statIfThere(folder);
    if (stat?.isDirectory()) found.push({ folder, inode: stat.ino });
    const isEnough = found.length > 0 && (isOneEnough || folder !== dirname(path));
    if (isEnough || folder === dirname(folder)) return found;
  }
}

function statIfThere(path: string) {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // ENOTDIR: a file where a folder was; EACCES: not for us to enter
    return undefined;
  }
}

/** The name in `folder` through which the way to `path` goes. */
function entryBelow(folder: string, path: string): string {
  let entry = path;
  while (dirname(entry) !== folder && dirname(entry) !== entry) entry = dirname(entry);
  return basename(entry);
}
