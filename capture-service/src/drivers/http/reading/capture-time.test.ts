import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createCaptureTimes } from './capture-time.ts';

it('a picture is as old as it came later than the quickest of the last minute', { timeout: 5_000 }, () => {
  const times = createCaptureTimes();
  const rows: readonly [number, number | undefined, number][] = [
    [1_000, 500_000, 0],
    [1_100, 500_100, 0],
    [4_100, 500_200, 2_900],
    [4_101, 500_300, 2_801],
    [4_310, 503_300, 10],
    [4_400, undefined, 0],
    // switched off and on: its clock begins anew
    [9_000, 300, 0],
    [9_150, 400, 50],
  ];
  for (const [arrivedMs, stampMs, lagMs] of rows) assert.equal(times.lagMs(arrivedMs, stampMs), lagMs, `${arrivedMs}`);
});

it('a way that has become longer for good is no age after a minute', { timeout: 5_000 }, () => {
  const times = createCaptureTimes();
  times.lagMs(0, 0);
  const lags: number[] = [];
  for (let ms = 1_000; ms <= 90_000; ms += 1_000) lags.push(times.lagMs(ms + 200, ms));

  assert.deepEqual([lags[0], lags.at(-1)], [200, 0]);
});
