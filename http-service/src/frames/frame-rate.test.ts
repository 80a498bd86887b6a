import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFrameRate } from './frame-rate.ts';

test('15 frames a second are 15, and none are 0 a while later', { timeout: 5_000 }, () => {
  const rate = createFrameRate();
  assert.equal(rate.at(0), 0);

  for (let index = 0; index < 300; index++) rate.count((index * 1_000) / 15);

  assert.equal(rate.at(20_000), 15);
  assert.equal(rate.at(30_000), 0);
});

test('a burst at the start of a stream is no rate: it is never more than frames a second', { timeout: 5_000 }, () => {
  const rate = createFrameRate();
  for (const atMs of [0, 1, 2, 3, 60, 127, 194]) rate.count(atMs);

  assert.equal(rate.at(200), 6);
});
