import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CameraBench, cameraBench } from '../testing/camera-bench.ts';

const options = { timeout: 20_000 };
const autofocus = { config: { autofocus: true, name: 'Printer #2' } };
const kind = (expected: string) => (error: unknown) => (error as { kind: string }).kind === expected;

async function focusing(bench: CameraBench): Promise<void> {
  bench.camera.setLeases(1, 1);
  await bench.settle();
  bench.driver.stream.events.focus({ state: 'scanning', lensPosition: 1 });
  bench.driver.stream.frame();
  assert.equal(bench.camera.status().state, 'focusing');
}

async function focused(bench: CameraBench): Promise<void> {
  await focusing(bench);
  await bench.clock.advance(800);
  bench.driver.stream.events.focus({ state: 'focused', lensPosition: 4.21 });
  bench.driver.stream.frame();
}

describe('camera: autofocus', options, () => {
  it('holds frames back until the camera says focused, then logs and remembers the cycle', async () => {
    const bench = cameraBench(autofocus);
    await focusing(bench);
    bench.driver.stream.frame();
    assert.equal(bench.frames.length, 0);

    await bench.clock.advance(800);
    bench.driver.stream.events.focus({ state: 'focused', lensPosition: 4.21 });
    bench.driver.stream.frame();

    assert.equal(bench.camera.status().state, 'streaming');
    assert.equal(bench.frames.length, 1);
    assert.equal(bench.camera.status().frames.dropped['held back'], 2);
    assert.deepEqual(bench.camera.status().autofocus, {
      state: 'focused',
      lensPosition: 4.21,
      lastResult: 'focused',
      lastDurationMs: 800,
    });
    const line = bench.logged.find((each) => each['msg'] === 'Autofocus cycle for Printer #2 succeeded');
    assert.equal(line?.['durationMs'], 800);
    assert.equal(line?.['lensPosition'], 4.21);
    assert.ok(bench.events.includes('autofocus: focused after 800 ms, lens at 4.21 dioptres'));
  });

  for (const [title, state, result] of [
    ['a failed cycle is a warning and the picture comes anyway', 'failed', 'failed'],
    ['a cycle that never ends is given 3 s', 'scanning', 'timeout'],
  ] as const) {
    it(title, async () => {
      const bench = cameraBench(autofocus);
      await focusing(bench);
      bench.driver.stream.events.focus({ state, lensPosition: 2 });
      await bench.clock.advance(3_000);
      bench.driver.stream.frame();

      assert.equal(bench.camera.status().state, 'streaming');
      assert.equal(bench.frames.length, 1);
      assert.equal(bench.camera.status().autofocus?.lastResult, result);
      assert.equal(bench.logged.find((each) => String(each['msg']).startsWith('Autofocus cycle'))?.['level'], 40);
    });
  }

  it('a fixed focus costs no waiting, is no cycle and is said once', async () => {
    const bench = cameraBench({ config: { autofocus: true, lingerMs: 0 } });
    for (let round = 0; round < 2; round++) {
      bench.camera.setLeases(1, 1);
      await bench.settle();
      bench.driver.stream.events.focus({ state: 'fixed', lensPosition: null });
      bench.driver.stream.frame();
      bench.camera.setLeases(0, 0);
      await bench.settle();
    }

    assert.equal(bench.frames.length, 2);
    assert.ok(!bench.states.includes('focusing'));
    assert.equal(bench.camera.status().autofocus?.state, 'fixed');
    assert.equal(bench.camera.status().autofocus?.lastResult, null);
    assert.equal(bench.logged.filter((each) => String(each['msg']).includes('fixed focus')).length, 1);
    assert.throws(() => bench.camera.autofocus(), kind('noAutofocus'));
  });

  it('a set lens position means no cycle and no waiting', async () => {
    const bench = cameraBench({ config: { autofocus: true, rpicam: { lensPosition: '2.5' } } });
    bench.camera.setLeases(1, 1);
    await bench.settle();
    bench.driver.stream.frame();

    assert.equal(bench.camera.status().state, 'streaming');
    assert.throws(() => bench.camera.autofocus(), kind('noAutofocus'));
  });
});

describe('camera: autofocus on request', options, () => {
  it('restarts the stream for a fresh cycle, at once', async () => {
    const bench = cameraBench(autofocus);
    await focused(bench);

    assert.deepEqual(bench.camera.autofocus(), { joined: false });
    await bench.settle();

    assert.equal(bench.camera.status().state, 'starting');
    assert.equal(bench.driver.streams.length, 2);
    assert.deepEqual(bench.camera.status().restarts.byCause, { 'autofocus request': 1 });
    assert.deepEqual(bench.camera.autofocus(), { joined: true });
  });

  it('is done at most once in 10 s', async () => {
    const bench = cameraBench(autofocus);
    await focused(bench);
    bench.camera.autofocus();
    await bench.clock.advance(2_000);
    bench.driver.stream.events.focus({ state: 'focused', lensPosition: 1 });
    bench.driver.stream.frame();

    assert.throws(
      () => bench.camera.autofocus(),
      (error: unknown) => (error as { retryAfterMs: number }).retryAfterMs === 8_000,
    );
  });

  it('is refused for an idle camera, which focuses when it starts', () => {
    assert.throws(() => cameraBench(autofocus).camera.autofocus(), kind('refused'));
    assert.throws(() => cameraBench().camera.autofocus(), kind('noAutofocus'));
  });

  it('by the operator starts an idle camera, waits for the end of the cycle, and stops it again', async () => {
    const bench = cameraBench(autofocus);
    const cycle = bench.camera.runFocusCycle();
    await bench.settle();
    bench.driver.stream.events.focus({ state: 'scanning', lensPosition: 1 });
    bench.driver.stream.frame();
    await bench.clock.advance(500);
    bench.driver.stream.events.focus({ state: 'focused', lensPosition: 3 });

    assert.deepEqual(await cycle, { result: 'focused', durationMs: 500, lensPosition: 3 });
    await bench.settle();
    assert.equal(bench.camera.status().state, 'idle');
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('by the operator says when the camera is not there', async () => {
    const bench = cameraBench(autofocus);
    bench.driver.located = undefined;

    await assert.rejects(bench.camera.runFocusCycle(), kind('cameraAbsent'));
    await assert.rejects(bench.camera.runFocusCycle(), kind('cameraAbsent'));
  });
});

describe('camera: a refocus that nobody asked for', options, () => {
  const said = (bench: CameraBench) => bench.logged.filter((each) => each['msg'] === 'camera refocused by itself');
  const refocus = async (bench: CameraBench, state: 'focused' | 'failed', lensPosition: number) => {
    bench.driver.stream.events.focus({ state: 'scanning', lensPosition: 1 });
    await bench.clock.advance(400);
    bench.driver.stream.events.focus({ state, lensPosition });
    bench.driver.stream.frame();
  };

  it('is logged, reported and remembered', async () => {
    const bench = cameraBench(autofocus);
    await focused(bench);
    await refocus(bench, 'focused', 2.5);

    assert.deepEqual(bench.camera.status().autofocus, {
      state: 'focused',
      lensPosition: 2.5,
      lastResult: 'focused',
      lastDurationMs: 400,
    });
    assert.equal(said(bench).length, 1);
    assert.equal(said(bench)[0]?.['durationMs'], 400);
    assert.equal(said(bench)[0]?.['lensPosition'], 2.5);
    assert.ok(bench.events.includes('autofocus: refocused by itself: focused after 400 ms, lens at 2.50 dioptres'));
  });

  it('is one line a minute, with how often it happened, and the status shows the last one', async () => {
    const bench = cameraBench(autofocus);
    await focused(bench);
    for (let count = 0; count < 100; count++) await refocus(bench, count % 2 === 0 ? 'focused' : 'failed', count);

    assert.equal(said(bench).length, 1);
    assert.equal(bench.camera.status().autofocus?.lastResult, 'failed');
    assert.equal(bench.camera.status().autofocus?.lensPosition, 99);
    for (let count = 0; count < 60; count++) await refocus(bench, 'focused', count);
    assert.deepEqual(
      said(bench).map((line) => line['refocuses']),
      [1, 150],
    );
    assert.equal(bench.events.filter((event) => event.includes('refocused')).length, 2);
  });

  it('is not the first cycle of a stream, and one that outlasts the limit is told when it ends', async () => {
    const bench = cameraBench(autofocus);
    await focused(bench);
    assert.equal(said(bench).length, 0);
    bench.camera.restart();
    await bench.settle();
    bench.driver.stream.events.focus({ state: 'scanning', lensPosition: 1 });
    bench.driver.stream.frame();
    await bench.clock.advance(3_500);
    assert.equal(bench.camera.status().autofocus?.lastResult, 'timeout');
    bench.driver.stream.events.focus({ state: 'focused', lensPosition: 3 });

    assert.equal(bench.camera.status().autofocus?.lastResult, 'focused');
    assert.equal(said(bench)[0]?.['durationMs'], 3_500);
  });
});
