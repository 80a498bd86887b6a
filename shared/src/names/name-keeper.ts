// Notices that a name in the file system was taken away from what lives behind it, and has it made anew: sockets,
// shared memory. Logind (RemoveIPC), cleaners of temporary folders and people do that to running services, and whoever
// comes by name finds nothing from then on. Noticed by inotify: without a loss no timer runs.
//
//   in place --deleted or replaced--> lost --a moment later: renew()--> in place
//                                      ^--failed: tried again after 1 to 60 s, and at each change--

import { lstatSync } from 'node:fs';
import type { Logger } from 'pino';
import { type PathWatch, watchPath } from '../rpc/path-watch.ts';
import type { Clock } from '../runtime/clock.ts';
import { errorMessage } from '../runtime/errors.ts';
import { likelyCause } from './likely-cause.ts';

export interface KeptName {
  /** for people, e.g. `frames of cam0` */
  readonly what: string;
  readonly path: string;
  /** of what has to be at `path`; undefined while nothing of ours is there */
  readonly inode: bigint | undefined;
  /** Its folder cannot vanish, so that the one above need not be watched. */
  readonly isInMountPoint?: boolean;
  /** Takes the name again. @throws when that is not possible now */
  renew(): void | Promise<void>;
}

export interface LostName {
  readonly what: string;
  readonly path: string;
  readonly how: 'deleted' | 'replaced';
  /** why it could not be made anew, once that was tried */
  readonly failure: string | undefined;
}

export interface NameKeeper extends AsyncDisposable {
  /** @returns ends it, once a renewal under way is through: to be called, and waited for, before the name is given up */
  keep(name: KeptName): () => Promise<void>;
  /** the names that are lost at this moment */
  lost(): readonly LostName[];
}

export interface NameKeeperOptions {
  /** numeric id of the user, for the likely cause; default: of the process */
  readonly uid?: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Who deletes a folder deletes what is in it first: a name that is back too early keeps that from ending. */
export const SETTLE_MS = 100;
/** A change so soon after the last repair waits twice as long: who deletes in a loop does not keep us busy. */
const SOON_MS = 10_000;
const LONGEST_SETTLE_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Only where the kernel lets us watch nothing (inotify limits). */
const UNWATCHED_LOOK_MS = 30_000;

interface Kept {
  readonly name: KeptName;
  readonly watch: PathWatch;
  failure: string | undefined;
}

export function createNameKeeper({ clock, log, ...options }: NameKeeperOptions): NameKeeper {
  const uid = options.uid ?? process.getuid?.() ?? 0;
  const all = new Set<Kept>();
  let repairing: Promise<void> | undefined;
  let planned: { readonly atMs: number; readonly cancel: () => void } | undefined;
  let cancelLook: (() => void) | undefined;
  let settleMs = SETTLE_MS;
  let retryMs = FIRST_RETRY_MS;
  let triedAtMs = Number.NEGATIVE_INFINITY;

  const lostNames = () => [...all].filter(({ name }) => stateOf(name) !== 'in place');

  /** Something has changed near one of the names: another may be lost with it. */
  const onChange = () => {
    // A repair under way looks again when it is through.
    if (repairing || lostNames().length === 0) return;
    const isSoon = clock.monotonicMs() - triedAtMs < SOON_MS;
    planRepair(isSoon ? settleMs : SETTLE_MS);
    if (!isSoon) settleMs = SETTLE_MS;
  };

  const planRepair = (afterMs: number) => {
    const atMs = clock.monotonicMs() + afterMs;
    if (planned && planned.atMs <= atMs) return;
    planned?.cancel();
    planned = { atMs, cancel: clock.after(afterMs, startRepair) };
  };

  const startRepair = () => {
    planned = undefined;
    settleMs = Math.min(2 * settleMs, LONGEST_SETTLE_MS);
    repairing = repair().finally(() => {
      repairing = undefined;
      triedAtMs = clock.monotonicMs();
      lookAgain();
    });
  };

  /** In the order of keeping: the control socket comes first, by which others judge whether we live. */
  const repair = async () => {
    for (const kept of lostNames()) {
      const how = stateOf(kept.name);
      if (!all.has(kept) || how === 'in place') continue;
      await renew(kept, how);
    }
  };

  const renew = async (kept: Kept, how: LostName['how']) => {
    const { what, path } = kept.name;
    const fields = { what, path, how, likelyCause: likelyCause(path, how, uid) };
    try {
      await kept.name.renew();
      kept.failure = undefined;
      retryMs = FIRST_RETRY_MS;
      log.warn(fields, 'deleted while in use, recreated');
    } catch (error) {
      const failure = errorMessage(error);
      // Once for each reason, however often it is tried.
      if (failure !== kept.failure)
        log.error({ ...fields, reason: failure }, 'deleted while in use, cannot be recreated');
      kept.failure = failure;
    }
  };

  const lookAgain = () => {
    const lost = lostNames();
    if (lost.length === 0) return;
    if (lost.some(({ failure }) => failure === undefined)) return onChange();
    planRepair(retryMs);
    retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
  };

  const lookWhereUnwatched = () => {
    if (cancelLook || [...all].every(({ watch }) => watch.isWatching)) return;
    cancelLook = clock.after(UNWATCHED_LOOK_MS, () => {
      cancelLook = undefined;
      onChange();
      lookWhereUnwatched();
    });
  };

  const close = async () => {
    for (const { watch } of all) watch.close();
    all.clear();
    planned?.cancel();
    cancelLook?.();
    await repairing;
  };

  return {
    keep(name) {
      const watch = watchPath({ path: name.path, isInMountPoint: name.isInMountPoint === true, onChange, log });
      const kept: Kept = { name, watch, failure: undefined };
      all.add(kept);
      // It may have been lost before anybody watched.
      onChange();
      lookWhereUnwatched();
      return async () => {
        all.delete(kept);
        watch.close();
        await repairing;
      };
    },
    lost: () =>
      lostNames().flatMap(({ name, failure }) => {
        const how = stateOf(name);
        return how === 'in place' ? [] : [{ what: name.what, path: name.path, how, failure }];
      }),
    [Symbol.asyncDispose]: close,
  };
}

/** Keeps the name of something that is open, for as long as it is. */
export function keepOpen(
  names: NameKeeper,
  what: string,
  open: Omit<KeptName, 'what'> & AsyncDisposable,
): AsyncDisposable {
  const { path } = open;
  const renew = () => open.renew();
  const release = names.keep({
    what,
    path,
    get inode() {
      return open.inode;
    },
    renew,
  });
  return {
    async [Symbol.asyncDispose]() {
      await release();
      await open[Symbol.asyncDispose]();
    },
  };
}

function stateOf({ path, inode }: KeptName): 'in place' | LostName['how'] {
  const found = inodeAt(path);
  if (found === undefined) return 'deleted';
  return found === inode ? 'in place' : 'replaced';
}

function inodeAt(path: string): bigint | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
  } catch {
    // EACCES: a folder of the way was made anew by somebody else; for us the name is gone
    return undefined;
  }
}
