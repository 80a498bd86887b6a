// Settings that change while the camera runs: at most one restart in two seconds, and the last value wins.

import assert from 'node:assert/strict';
import test from 'node:test';
import { cameraBench } from '../testing/camera-bench.ts';

const TIMEOUT = { timeout: 20_000 };

async function streaming() {
  const bench = cameraBench({ config: { lingerMs: 0 } });
  bench.camera.setLeases(1, 1);
  await bench.settle();
  bench.driver.stream.frame();
  await bench.settle();
  return bench;
}

test('a setting restarts what runs, viewers stay, and it is told and counted as asked for', TIMEOUT, async () => {
  const bench = await streaming();

  bench.camera.controls.set({ brightness: 0.5 }, 'operator');
  assert.equal(bench.camera.status().state, 'restarting');
  assert.match(bench.camera.status().cause ?? '', /setting changed: brightness=0.5/);
  await bench.settle();
  bench.driver.stream.frame();

  const { state, restarts, viewers, controls } = bench.camera.status();
  assert.deepEqual([state, viewers, bench.driver.streams.length], ['streaming', 1, 2]);
  assert.deepEqual(restarts, { total: 1, failed: 0, byCause: { 'setting changed': 1 } });
  assert.equal(controls['brightness']?.value, 0.5);
  assert.ok(bench.events.includes('controls: brightness=0.5'));
});

test('a slider that is moved for ten seconds costs five restarts, and ends at its last value', TIMEOUT, async () => {
  const bench = await streaming();

  for (let at = 1; at <= 100; at++) {
    bench.camera.controls.set({ brightness: at / 100 }, 'operator');
    await bench.clock.advance(100);
    bench.driver.stream.frame();
  }
  await bench.clock.advance(2_000);
  bench.driver.stream.frame();
  await bench.clock.advance(10_000);

  const { restarts, controls } = bench.camera.status();
  assert.ok(restarts.total >= 5 && restarts.total <= 7, `${restarts.total} restarts`);
  assert.equal(controls['brightness']?.value, 1);
});

test('a camera that is still starting is left to reach its first frame', TIMEOUT, async () => {
  const bench = cameraBench();
  bench.camera.setLeases(1, 1);
  await bench.settle();

  bench.camera.controls.set({ brightness: 0.5 }, 'operator');
  assert.equal(bench.camera.status().state, 'starting');
  bench.driver.stream.frame();

  assert.equal(bench.camera.status().state, 'restarting');
});

test('a camera at rest is not started, and a wrong value touches nothing', TIMEOUT, () => {
  const bench = cameraBench();

  bench.camera.controls.set({ brightness: 0.5 }, 'operator');
  assert.throws(() => bench.camera.controls.set({ brightness: 5 }, 'operator'));

  assert.deepEqual([bench.camera.status().state, bench.driver.looks], ['idle', 0]);
});
