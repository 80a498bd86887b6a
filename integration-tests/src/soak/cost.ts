// What a service and its instance hold at a quiet moment.

import { readFileSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sharedMemoryOf } from '../demo/run-directory.ts';
import { processesOf } from '../harness/leftovers.ts';
import { waitFor } from '../harness/wait-for.ts';
import { openDescriptors, residentBytes } from '../hostile/process-cost.ts';
import { type ProbeAnswer, probeFile } from './probe-file.ts';

export interface Cost {
  readonly residentBytes: number;
  /** after a forced collection */
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly descriptors: number;
  readonly timers: number;
  /** sockets, pipes, watchers */
  readonly handles: number;
  readonly listeners: number;
  /** of the whole instance */
  readonly processes: number;
  readonly sharedBytes: number;
}

/** What can be counted has one right number: that of before the first visitor. */
export const COUNTED = ['descriptors', 'timers', 'handles', 'listeners', 'processes', 'sharedBytes'] as const;

/** http looks for idle connections every 5 s until there are none: the last timer that is left. */
const SETTLES_WITHIN_MS = 12_000;
const LOOK_EVERY_MS = 300;

/** Waits until no timer is left and two looks agree, or for so long that what is left will stay. */
export async function measureCost(pid: number, runDir: string): Promise<Cost> {
  const deadlineMs = performance.now() + SETTLES_WITHIN_MS;
  let last = await look(pid, runDir);
  for (;;) {
    await sleep(LOOK_EVERY_MS);
    const next = await look(pid, runDir);
    const agrees = COUNTED.every((name) => next[name] === last[name]);
    if ((agrees && next.timers === 0) || performance.now() > deadlineMs) return next;
    last = next;
  }
}

async function look(pid: number, runDir: string): Promise<Cost> {
  const { heapUsed, external, resources, listeners } = await probe(pid);
  const { Timeout: timers = 0, ...handles } = resources;
  const objects = await sharedMemoryOf(runDir);
  return {
    residentBytes: residentBytes(pid),
    heapBytes: heapUsed,
    externalBytes: external,
    descriptors: openDescriptors(pid),
    timers,
    handles: Object.values(handles).reduce((sum, count) => sum + count, 0),
    listeners,
    processes: processesOf(runDir).length,
    sharedBytes: objects.reduce((sum, path) => sum + statSync(path).size, 0),
  };
}

async function probe(pid: number): Promise<ProbeAnswer> {
  const file = probeFile(pid);
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  try {
    return await waitFor('the answer of the probe', () => JSON.parse(readFileSync(file, 'utf8')) as ProbeAnswer);
  } finally {
    rmSync(file, { force: true });
  }
}
