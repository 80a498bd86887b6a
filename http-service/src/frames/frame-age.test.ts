import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveForMs } from './frame-age.ts';

test('a frame is live for 1.5 s or three frame times, whichever is longer', { timeout: 5_000 }, () => {
  assert.equal(liveForMs(30), 1_500);
  assert.equal(liveForMs(2), 1_500);
  assert.equal(liveForMs(1), 3_000);
  assert.equal(liveForMs(0.5), 6_000);
});
