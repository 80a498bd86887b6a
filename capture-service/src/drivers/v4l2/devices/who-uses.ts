// Which programs have a device open, as far as this user may see it: in a container only those of the container.

import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface Holder {
  readonly pid: number;
  readonly name: string;
}

/** Never throws. */
export async function whoUses(node: string, proc = '/proc'): Promise<readonly Holder[]> {
  const pids = (await namesIn(proc)).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const holders: Holder[] = [];
  for (const pid of pids) {
    if (await hasOpen(join(proc, pid, 'fd'), node)) holders.push({ pid: Number(pid), name: await nameOf(proc, pid) });
  }
  return holders;
}

export function describeHolders(holders: readonly Holder[]): string {
  if (holders.length === 0) return 'a program that this user cannot see';
  return holders.map(({ name, pid }) => `${name} (process ${pid})`).join(', ');
}

async function hasOpen(folder: string, node: string): Promise<boolean> {
  for (const descriptor of await namesIn(folder)) {
    try {
      if ((await readlink(join(folder, descriptor))) === node) return true;
    } catch {
      // ENOENT: closed meanwhile
    }
  }
  return false;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    // EACCES: another user's process; ENOENT, ESRCH: it ended
    return [];
  }
}

async function nameOf(proc: string, pid: string): Promise<string> {
  try {
    return (await readFile(join(proc, pid, 'comm'), 'utf8')).trim();
  } catch {
    // ENOENT: it ended
    return 'a program';
  }
}
