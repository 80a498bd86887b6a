// The soak's figures for people: a Markdown table.

import { MIB } from '../hostile/process-cost.ts';
import type { Cost } from './cost.ts';
import type { SoakResult } from './soak.ts';

const ROWS: readonly (readonly [name: keyof Cost, shown: string])[] = [
  ['residentBytes', 'resident memory'],
  ['heapBytes', 'heap after a collection'],
  ['externalBytes', 'buffers outside the heap'],
  ['descriptors', 'file descriptors'],
  ['timers', 'timers'],
  ['handles', 'other handles of the event loop'],
  ['listeners', 'listeners of the process'],
  ['processes', 'processes of the instance'],
  ['sharedBytes', '/dev/shm'],
];

export function soakTable({ verdicts, counts }: SoakResult): string {
  const names = verdicts.map(({ service }) => `${service} before | after`);
  const lines = [`| | ${names.join(' | ')} |`, `| --- |${' ---: |'.repeat(verdicts.length * 2)}`];
  for (const [name, shown] of ROWS) {
    const cells = verdicts.flatMap(({ before, after }) => [show(name, before), show(name, after)]);
    lines.push(`| ${shown} | ${cells.join(' | ')} |`);
  }
  const happened = [...counts].sort(([, a], [, b]) => b - a).map(([what, count]) => `${count} x ${what}`);
  return `${lines.join('\n')}\n\n${happened.join(', ')}`;
}

function show(name: keyof Cost, cost: Cost): string {
  return name.endsWith('Bytes') ? `${(cost[name] / MIB).toFixed(1)} MiB` : String(cost[name]);
}
