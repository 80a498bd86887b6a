import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageText, liveForMs } from './picture-age.ts';

test('a frame is live for 1.5 s or three frame times, whichever is longer', { timeout: 5_000 }, () => {
  assert.equal(liveForMs(30), 1_500);
  assert.equal(liveForMs(2), 1_500);
  assert.equal(liveForMs(1), 3_000);
  assert.equal(liveForMs(0.5), 6_000);
});

test('ages read well', { timeout: 5_000 }, () => {
  const texts = [0, 1_600, 119_000, 120_000, 3_600_000, 7_200_000, 172_800_000].map(ageText);
  assert.deepEqual(texts, ['0 s', '2 s', '119 s', '2 min', '60 min', '2 h', '2 days']);
});
