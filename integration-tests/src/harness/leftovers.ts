// What an instance can leave behind: processes, sockets in its run directory, objects in /dev/shm.

import { readdirSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sharedMemoryOf } from '../demo/run-directory.ts';

/** Ids of the processes whose environment names this run directory; a zombie has none and does not count. */
export function processesOf(runDir: string): number[] {
  return processesWith('SOFT_STREAM_RUN_DIR', runDir);
}

/** Ids of the processes whose environment has this variable with this value. */
export function processesWith(name: string, value: string): number[] {
  const wanted = `${name}=${value}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => environmentOf(pid).includes(wanted))
    .map(Number);
}

/** @returns one line for each thing; empty when all is clean */
export async function leftoversOf(runDir: string): Promise<string[]> {
  const processes = processesOf(runDir).map((pid) => `process ${pid}: ${commandOf(pid)}`);
  return [...processes, ...(await socketsIn(runDir)), ...(await sharedMemoryOf(runDir))];
}

async function socketsIn(runDir: string): Promise<string[]> {
  const entries = await readdir(runDir, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isSocket()).map((entry) => join(entry.parentPath, entry.name));
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // gone meanwhile (ENOENT, ESRCH), or somebody else's (EACCES)
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return 'gone';
  }
}
