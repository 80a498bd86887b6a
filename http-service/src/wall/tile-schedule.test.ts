import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextDueMs } from './tile-schedule.ts';

const timeout = 5_000;

test('cameras have their places in the interval, evenly spread', { timeout }, () => {
  const due = [0, 1, 2, 3].map((position) => nextDueMs(position, 4, 1_000, 10_000));

  assert.deepEqual(due, [11_000, 10_250, 10_500, 10_750]);
});

test('a tile that was made late does not move the place of the next one', { timeout }, () => {
  assert.equal(nextDueMs(1, 4, 1_000, 10_250), 11_250);
  assert.equal(nextDueMs(1, 4, 1_000, 10_400), 11_250);
  assert.equal(nextDueMs(1, 4, 1_000, 13_600), 14_250, 'what was missed is not made up for');
});
