import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { createRateMeter } from '@soft-stream/shared/runtime/rate-meter';
import { afterStream, countFailure, pauseMs } from './decide/backoff.ts';
import { planStill } from './decide/still-plan.ts';
import { createFreezeDetector } from './stream/freeze-detector.ts';
import { startWatchdog } from './stream/watchdog.ts';

const options = { timeout: 10_000 };

describe('watchdog', options, () => {
  it('barks once, the timeout after the last frame', async () => {
    const clock = manualClock();
    const barks: number[] = [];
    const watchdog = startWatchdog(2_000, clock, () => barks.push(clock.monotonicMs()));

    for (let frame = 0; frame < 50; frame++) {
      await clock.advance(100);
      watchdog.frame(clock.monotonicMs());
    }
    await clock.advance(60_000);

    assert.deepEqual(barks, [7_000]);
    assert.equal(clock.pendingTimers, 0);
  });

  it('sets no timer per frame', () => {
    const clock = manualClock();
    const watchdog = startWatchdog(2_000, clock, () => {});
    for (let frame = 0; frame < 1_000; frame++) watchdog.frame(clock.monotonicMs());

    assert.equal(clock.pendingTimers, 1);
  });

  it('does not take our own sleep for silence of the camera', async () => {
    // Stopped and continued: the timer fires a minute late, before any frame that waits can be read.
    const clock = manualClock();
    let isAsleep = false;
    let barks = 0;
    const sleepy = { ...clock, monotonicMs: () => clock.monotonicMs() + (isAsleep ? 60_000 : 0) };
    startWatchdog(2_000, sleepy, () => barks++);
    await clock.advance(1_999);
    isAsleep = true;

    await clock.advance(1);
    assert.equal(barks, 0);
    await clock.advance(1_000);
    assert.equal(barks, 1);
  });
});

describe('backoff', options, () => {
  it('doubles from 1 s to 60 s and begins anew after 30 s of frames', () => {
    let failures = 0;
    const fail = (deliveredMs: number) => {
      const before = afterStream(failures, deliveredMs);
      failures = countFailure(before);
      return pauseMs(before);
    };
    const delays = Array.from({ length: 8 }, () => fail(29_999));

    assert.deepEqual(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    assert.equal(fail(30_000), 1_000);
    assert.equal(fail(0), 2_000);
  });
});

describe('rate meter', options, () => {
  it('takes a burst at the start of a stream for no rate', () => {
    const meter = createRateMeter();
    for (const atMs of [0, 1, 2, 3, 60, 127, 194]) meter.frame(atMs);

    assert.equal(meter.rate(200), 6);
  });

  it('measures over the last 3 s, fades in silence, and is 0 with nothing to measure', () => {
    const meter = createRateMeter();
    assert.equal(meter.rate(0), 0);
    for (let at = 0; at <= 10_000; at += 50) meter.frame(at);

    assert.equal(meter.rate(10_000), 20);
    assert.ok(meter.rate(11_500) < 12);
    assert.equal(meter.rate(13_001), 0);
  });

  it('holds for the fastest rates', () => {
    const meter = createRateMeter();
    for (let frame = 0; frame < 10_000; frame++) meter.frame(frame / 0.12);

    assert.equal(meter.rate(10_000 / 0.12), 120);
  });
});

describe('freeze detector', options, () => {
  const frame = (...bytes: number[]) => Uint8Array.from(bytes);

  it('tells for how long the picture has been the same to the byte', () => {
    const detector = createFreezeDetector();

    assert.equal(detector.frame(frame(1, 2), 0), 0);
    assert.equal(detector.frame(frame(1, 2), 100), 100);
    assert.equal(detector.frame(frame(1, 2), 300), 300);
    assert.equal(detector.frame(frame(1, 3), 400), 0);
    assert.equal(detector.frame(frame(1, 3), 500), 100);
    assert.equal(detector.frame(frame(1, 2, 3), 600), 0);
  });

  it('sees a change in any byte of a large picture', () => {
    const detector = createFreezeDetector();
    const jpeg = Buffer.alloc(80_000, 7);
    let nowMs = 0;
    const look = () => {
      nowMs += 100;
      return detector.frame(jpeg, nowMs);
    };
    for (let count = 0; count < 3; count++) look();
    assert.equal(look(), 300);

    for (const at of [0, 1_023, 1_024, 40_000, 79_743, 79_744, 79_999]) {
      jpeg[at] = 8;
      assert.equal(look(), 0, `byte ${at}`);
      look();
      assert.equal(look(), 200, `after byte ${at}`);
    }
  });
});

describe('the way of a still', options, () => {
  it('is decided by the state, and by demand while failed', () => {
    const live = { kind: 'streaming', leaving: false } as const;

    assert.equal(planStill({ kind: 'idle' }, false, false), 'capture');
    assert.equal(planStill(live, false, true), 'stream');
    assert.equal(planStill(live, true, true), 'capture');
    assert.equal(planStill({ ...live, leaving: true }, false, false), 'wait');
    assert.equal(planStill({ kind: 'failed' }, false, true), 'failed');
    assert.equal(planStill({ kind: 'failed' }, false, false), 'capture');
    assert.equal(planStill({ kind: 'held-off' }, true, false), 'held-off');
  });
});
