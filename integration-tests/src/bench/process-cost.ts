// What a process costs: CPU time from schedstat (nanoseconds, all threads), memory from smaps_rollup, wake-ups from status.

import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of all threads so far, ms. Threads that ended meanwhile are missing: ours are made once and live on. */
export function cpuMs(pids: readonly number[]): number {
  let ns = 0;
  for (const pid of pids) {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]);
    }
  }
  return ns / 1e6;
}

/** Voluntary context switches of all threads so far: how often somebody was woken. */
export function wakeUps(pids: readonly number[]): number {
  let count = 0;
  for (const pid of pids) {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${task}/status`, 'latin1');
      count += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(text)?.[1] ?? 0);
    }
  }
  return count;
}

export interface Memory {
  readonly rssMb: number;
  readonly pssMb: number;
}

export function memory(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const mb = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return { rssMb: mb('Rss'), pssMb: mb('Pss') };
}
