import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRateMeter } from './rate-meter.ts';

const options = { timeout: 5_000 };

function at15PerSecond() {
  const meter = createRateMeter();
  for (let frame = 0; frame < 300; frame++) meter.frame((frame * 1_000) / 15);
  return { meter, lastMs: (299 * 1_000) / 15 };
}

test('15 frames a second are 15, and none are 0 a while later', options, () => {
  assert.equal(createRateMeter().rate(0), 0);
  const { meter } = at15PerSecond();

  assert.equal(meter.rate(20_000), 15);
  assert.equal(meter.rate(30_000), 0);
});

test('a stream that stopped fades: silence beyond the usual gap counts', options, () => {
  const { meter, lastMs } = at15PerSecond();

  assert.equal(meter.rate(lastMs + 60), 15);
  assert.equal(meter.rate(lastMs + 1_000), 10.2);
  assert.ok(meter.rate(lastMs + 2_000) < 6);
});

test('a burst at the start of a stream is no rate: it is never more than frames a second', options, () => {
  const meter = createRateMeter();
  for (const atMs of [0, 1, 2, 3, 60, 127, 194]) meter.frame(atMs);

  assert.equal(meter.rate(200), 6);
});
