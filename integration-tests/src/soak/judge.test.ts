import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MIB } from '../hostile/process-cost.ts';
import type { Cost } from './cost.ts';
import { growthOf } from './judge.ts';

const options = { timeout: 20_000 };
const START: Cost = {
  residentBytes: 70 * MIB,
  heapBytes: 9 * MIB,
  externalBytes: 3 * MIB,
  descriptors: 25,
  timers: 0,
  handles: 7,
  listeners: 10,
  processes: 2,
  sharedBytes: 24 * MIB,
};
const heaps = (...mebibytes: number[]) => mebibytes.map((heap) => ({ ...START, heapBytes: heap * MIB }));

test('warming up is no growth, and neither is wavering', options, () => {
  assert.deepEqual(growthOf(START, heaps(13, 14, 14.2, 13.9, 14.6, 14.1)), []);
});

test('a heap that goes on growing is told, however slowly', options, () => {
  const steady = heaps(...Array.from({ length: 30 }, (_, cycle) => 14 + cycle * 0.15));

  assert.deepEqual(
    growthOf(START, steady).map((line) => line.split(':')[0]),
    ['heapBytes'],
  );
});

test('one descriptor more after a single cycle is told', options, () => {
  const cycles = [START, START, { ...START, descriptors: 26 }, START];

  assert.deepEqual(growthOf(START, cycles), ['descriptors: 25 before, 26 after cycle 3']);
});
