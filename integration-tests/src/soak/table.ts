// The soak's figures for people: a Markdown table.

import { MIB } from '../hostile/process-cost.ts';
import type { Cost } from './cost.ts';
import { type Amount, trendOf } from './judge.ts';
import type { SoakResult } from './soak.ts';

const ROWS: readonly (readonly [name: keyof Cost, shown: string])[] = [
  ['heapBytes', 'heap after a collection'],
  ['externalBytes', 'buffers outside the heap'],
  ['residentBytes', 'resident memory'],
  ['descriptors', 'file descriptors'],
  ['timers', 'timers'],
  ['handles', 'other handles of the event loop'],
  ['listeners', 'listeners of the process'],
  ['processes', 'processes of the instance'],
  ['sharedBytes', '/dev/shm'],
];

/** Amounts: medians of the earlier and of the later cycles. Counts: before the first visitor, and after the last. */
export function soakTable({ lives, counts }: SoakResult): string {
  const names = lives.map(({ service }) => `${service}-service before | earlier cycles | later cycles`);
  const lines = [`| | ${names.join(' | ')} |`, `| --- |${' ---: |'.repeat(lives.length * 3)}`];
  for (const [name, shown] of ROWS) {
    const cells = lives.flatMap(({ start, cycles }) => {
      const { early, late } = trendOf(cycles);
      const last = cycles.at(-1)?.[name] ?? 0;
      const [earlier, later] = isAmount(name) ? [early[name], late[name]] : [last, last];
      return [start[name], earlier, later].map((value) => show(name, value));
    });
    lines.push(`| ${shown} | ${cells.join(' | ')} |`);
  }
  const cycles = lives.map(({ service, cycles: { length } }) => `${length} cycles for ${service}-service`).join(', ');
  const happened = [...counts].sort(([, a], [, b]) => b - a).map(([what, times]) => `${times} x ${what}`);
  return `${lines.join('\n')}\n\n${cycles}\n${happened.join(', ')}`;
}

function isAmount(name: keyof Cost): name is Amount {
  return name === 'heapBytes' || name === 'externalBytes' || name === 'residentBytes';
}

function show(name: keyof Cost, value: number): string {
  return name.endsWith('Bytes') ? `${(value / MIB).toFixed(1)} MiB` : String(value);
}
