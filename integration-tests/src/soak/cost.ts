// What a service and its instance hold at a quiet moment, before and after, and whether it has become more.

import { readFileSync, rmSync, statSync } from 'node:fs';
import { sharedMemoryOf } from '../demo/run-directory.ts';
import { processesOf } from '../harness/leftovers.ts';
import { waitFor } from '../harness/wait-for.ts';
import { MIB, openDescriptors, residentBytes } from '../hostile/process-cost.ts';
import { type ProbeAnswer, probeFile } from './probe-file.ts';

export interface Cost {
  readonly residentBytes: number;
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

/** How much more is noise: V8 sizes its heap by what it has seen, malloc keeps what it once had. */
const NOISE: Cost = {
  residentBytes: 64 * MIB,
  heapBytes: 6 * MIB,
  externalBytes: 6 * MIB,
  descriptors: 1,
  timers: 1,
  handles: 1,
  listeners: 0,
  processes: 0,
  sharedBytes: 0,
};

export async function measureCost(pid: number, runDir: string): Promise<Cost> {
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

/** @returns one line for each figure that has grown; empty when none has */
export function growth(before: Cost, after: Cost): string[] {
  const names = Object.keys(NOISE) as (keyof Cost)[];
  return names
    .filter((name) => after[name] - before[name] > NOISE[name])
    .map((name) => `${name}: ${before[name]} before, ${after[name]} after`);
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
