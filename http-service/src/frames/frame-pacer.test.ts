import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFramePacer } from './frame-pacer.ts';

/** How many frames of ten seconds are taken, of a camera that jitters by up to `jitterMs`. */
function taken(cameraFps: number, fps: number, jitterMs: number): number {
  const pacer = createFramePacer(fps);
  let count = 0;
  for (let index = 0; index < cameraFps * 10; index++) {
    const jitter = ((index * 7) % 11) / 11 - 0.5;
    if (pacer.take((index * 1000) / cameraFps + 2 * jitter * jitterMs)) count++;
  }
  return count;
}

const table: readonly (readonly [number, number, number])[] = [
  [15, 15, 100 + 50],
  [15, 10, 100],
  [15, 12, 120],
  [15, 5, 50],
  [15, 1, 10],
  [30, 7, 70],
  [30, 0.5, 5],
];
for (const [cameraFps, fps, expected] of table) {
  test(`of ${cameraFps} frames a second, jittering, ${fps} a second are taken`, { timeout: 5_000 }, () => {
    const count = taken(cameraFps, fps, 4);
    assert.ok(Math.abs(count - expected) <= Math.ceil(expected * 0.03), `${count} of ${expected}`);
  });
}

test('after a pause there is no burst', { timeout: 5_000 }, () => {
  const pacer = createFramePacer(1);

  assert.equal(pacer.take(0), true);
  assert.equal(pacer.take(60_000), true);
  assert.equal(pacer.take(60_066), false);
  assert.equal(pacer.take(60_500), false);
});
