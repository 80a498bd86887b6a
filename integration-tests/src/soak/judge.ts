// Whether a service holds more the longer it lives: judged over equal cycles, each measured in the quiet at its end.
// What is counted (descriptors, timers, processes ...) must be the same at each of them as before the first visitor.
// Memory wavers, so it is judged by its trend: the median of the later cycles beside that of the earlier ones.

import { MIB } from '../hostile/process-cost.ts';
import { COUNTED, type Cost } from './cost.ts';

export type Amount = 'residentBytes' | 'heapBytes' | 'externalBytes';

/** How much more the later cycles may hold. A leak of a kilobyte a visit would be far beyond in the long form. */
export const MAY_GROW: Readonly<Record<Amount, number>> = {
  heapBytes: MIB,
  // One slot: the frame that a reader may be holding.
  externalBytes: MIB,
  residentBytes: 6 * MIB,
};
const AMOUNTS = Object.keys(MAY_GROW) as Amount[];

export interface Trend {
  readonly early: Record<Amount, number>;
  readonly late: Record<Amount, number>;
}

/** The first third warms up: code is compiled, pools and caches fill. Halves of the rest; an odd one in the middle belongs to none. */
export function trendOf(cycles: readonly Cost[]): Trend {
  const warm = cycles.slice(Math.max(1, Math.floor(cycles.length / 3)));
  const half = warm.length >> 1;
  const medians = (costs: readonly Cost[]) => ({
    residentBytes: median(costs.map((cost) => cost.residentBytes)),
    heapBytes: median(costs.map((cost) => cost.heapBytes)),
    externalBytes: median(costs.map((cost) => cost.externalBytes)),
  });
  return { early: medians(warm.slice(0, half)), late: medians(warm.slice(-half)) };
}

/**
 * @param start before the first visitor
 * @param cycles at least three
 * @returns one line for each figure that has grown; empty when none has
 */
export function growthOf(start: Cost, cycles: readonly Cost[]): string[] {
  const counted = COUNTED.flatMap((name) => {
    const at = cycles.findIndex((cost) => cost[name] !== start[name]);
    return at < 0 ? [] : [`${name}: ${start[name]} before, ${cycles[at]?.[name]} after cycle ${at + 1}`];
  });
  const { early, late } = trendOf(cycles);
  const grown = AMOUNTS.filter((name) => late[name] - early[name] > MAY_GROW[name]);
  return [...counted, ...grown.map((name) => `${name}: ${early[name]} in the earlier cycles, ${late[name]} later`)];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
