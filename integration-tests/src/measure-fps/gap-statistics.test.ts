import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gapStatistics } from './gap-statistics.ts';

test('ten gaps of 100 ms are 10 frames per second without spread', { timeout: 5_000 }, () => {
  const arrivals = Array.from({ length: 11 }, (_, index) => 5_000 + index * 100);

  assert.deepEqual(gapStatistics(arrivals), {
    frames: 11,
    seconds: 1,
    fps: 10,
    gapMs: { mean: 100, stdev: 0, p5: 100, p50: 100, p95: 100, largest: 100 },
  });
});

test('uneven gaps show in the spread and in the largest', { timeout: 5_000 }, () => {
  const { fps, gapMs } = gapStatistics([0, 50, 100, 150, 350]);

  assert.equal(fps.toFixed(3), '11.429');
  assert.deepEqual(gapMs, { mean: 87.5, stdev: Math.sqrt(4218.75), p5: 50, p50: 50, p95: 200, largest: 200 });
});

test('one frame or none has no rate', { timeout: 5_000 }, () => {
  assert.deepEqual(gapStatistics([]), { frames: 0, seconds: 0, fps: 0, gapMs: null });
  assert.deepEqual(gapStatistics([7]), { frames: 1, seconds: 0, fps: 0, gapMs: null });
});
