import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFarClock } from '../../portal/wall/far-clock.js';

const timeout = 5_000;

test('an age is that of the capture, however long the picture was on its way', { timeout }, () => {
  const clock = createFarClock();
  clock.heard(50_000, 1_020);

  clock.heard(51_000, 3_900);

  // The far clock is 48,980 ms ahead of ours, so that 51,000 was 2,020 here.
  assert.equal(clock.ageMs(50_900, 4_020), 2_100);
});

test('clocks that drift apart are followed', { timeout }, () => {
  const clock = createFarClock();
  for (let minute = 0; minute < 600; minute++) clock.heard(minute * 60_000, minute * 60_006);

  const nowMs = 600 * 60_006;

  assert.ok(clock.ageMs(600 * 60_000, nowMs) <= 30);
  assert.equal(clock.ageMs(601 * 60_000, nowMs), 0, 'never negative');
});
