import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeBacklog, LOOK_LATE_MS, LOOK_SOON_MS, newBacklog, type SendBacklog } from './send-backlog.ts';

const options = { timeout: 5_000 };

/** A line that carries so much, and a camera in front of it; what is under way after each frame time. */
function play(line: { bytesPerSecond: number; roundTripMs?: number }, camera: { fps: number; frameBytes: number }) {
  const { bytesPerSecond, roundTripMs = 0 } = line;
  const intervalMs = 1000 / camera.fps;
  const arrivals: { atMs: number; bytes: number; ageMs: number }[] = [];
  let backlog: SendBacklog = newBacklog(0, 0);
  let givenBytes = 0;
  let freeAtMs = 0;
  let looks = 0;
  let left = 0;
  let lastLeftAtMs = 0;

  const give = (nowMs: number) => {
    givenBytes += camera.frameBytes;
    freeAtMs = Math.max(freeAtMs, nowMs) + (camera.frameBytes * 1000) / bytesPerSecond;
    arrivals.push({ atMs: freeAtMs + roundTripMs, bytes: camera.frameBytes, ageMs: freeAtMs - nowMs });
  };
  /** A frame on its way is acknowledged evenly. */
  const underWay = (nowMs: number) =>
    arrivals.reduce((sum, { atMs, bytes }) => {
      const takesMs = (bytes * 1000) / bytesPerSecond;
      return sum + bytes * Math.min(1, Math.max(0, (atMs - nowMs) / takesMs));
    }, 0);
  give(0);
  for (let nowMs = intervalMs; nowMs < 20_000; nowMs += intervalMs) {
    if (nowMs >= backlog.lookAtMs) {
      backlog = judgeBacklog(backlog, { nowMs, givenBytes, underWayBytes: Math.round(underWay(nowMs)) });
      looks++;
    }
    if (!backlog.lags) {
      give(nowMs);
      continue;
    }
    left++;
    lastLeftAtMs = nowMs;
  }
  const ages = arrivals.map(({ ageMs }) => ageMs);
  return { left, lastLeftAtMs, looks, given: arrivals.length, oldestMs: Math.max(...ages) };
}

for (const [bytesPerSecond, withinMs] of [
  [50_000, 3_000],
  [100_000, 2_000],
  [150_000, 1_500],
  [500_000, 1_000],
  [1_500_000, 1_000],
] as const) {
  test(
    `at ${bytesPerSecond / 1000} KB/s a picture is at most ${withinMs / 1000} s old, and the line is used`,
    options,
    () => {
      const { oldestMs, given } = play({ bytesPerSecond }, { fps: 30, frameBytes: 80_000 });

      assert.ok(oldestMs <= withinMs, `${oldestMs} ms`);
      const carried = (given * 80_000) / 20 / bytesPerSecond;
      assert.ok(carried > 0.85, `used to ${carried}`);
    },
  );
}

for (const [name, line, camera] of [
  ['on a fast line', { bytesPerSecond: 100_000_000 }, { fps: 30, frameBytes: 80_000 }],
  ['on one that is just fast enough', { bytesPerSecond: 2_800_000 }, { fps: 30, frameBytes: 80_000 }],
  ['of a slow camera', { bytesPerSecond: 200_000 }, { fps: 1, frameBytes: 80_000 }],
] as const) {
  test(`a viewer ${name} loses nothing, and is seldom looked at`, options, () => {
    const { left, looks } = play(line, camera);

    assert.equal(left, 0);
    // Once a second, and some more in the first four.
    assert.ok(looks <= 20_000 / LOOK_LATE_MS + 16, `${looks} looks`);
  });
}

test('a long way is no lag: a round trip of 200 ms costs frames in the first 4 s only', options, () => {
  const { left, lastLeftAtMs } = play(
    { bytesPerSecond: 10_000_000, roundTripMs: 200 },
    { fps: 30, frameBytes: 80_000 },
  );

  assert.ok(left <= 60 && lastLeftAtMs < 4_000, `${left} left out, the last one after ${lastLeftAtMs} ms`);
});

test('a viewer that kept up and stands still is given no more, and is looked at soon again', options, () => {
  const kept = judgeBacklog(newBacklog(0, 0), { nowMs: 500, givenBytes: 1e6, underWayBytes: 0 });

  const stood = judgeBacklog(kept, { nowMs: 1_500, givenBytes: 2e6, underWayBytes: 1e6 });

  assert.equal(kept.lags, false);
  assert.deepEqual([stood.lags, stood.lookAtMs], [true, 1_500 + LOOK_SOON_MS]);
});
