import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { pino } from 'pino';
import type { KeptFrame } from '../frames/frame-reader.ts';
import { createFocusMeter, type FocusReading } from './focus-meter.ts';

const timeout = 10_000;

/** A meter over a source of one new frame per look; `workMs` pass in each measurement. */
function meterBench({ workMs = 0, ageMs = 0, own = null as FocusReading | null } = {}) {
  const clock = manualClock();
  const count = { looks: 0, measured: 0 };
  const bench = { own, isBroken: false };
  const heard: FocusReading[] = [];
  const meter = createFocusMeter({
    reported: () => bench.own,
    glance(): KeptFrame {
      count.looks++;
      const jpeg = Buffer.from([0xff, 0xd8]);
      return { jpeg, capturedAtMs: 1000 + count.looks, monotonicMs: clock.monotonicMs() - ageMs, width: 4, height: 4 };
    },
    async measure() {
      count.measured++;
      if (workMs > 0) await new Promise<void>((resolve) => clock.after(workMs, resolve));
      if (bench.isBroken) throw new Error('not a JPEG');
      return count.measured;
    },
    clock,
    log: pino({ level: 'silent' }),
  });
  const pass = async (ms: number) => {
    for (let each = 0; each < ms / 10; each++) await clock.advance(10);
  };
  return { clock, meter, count, bench, heard, pass, hear: (reading: FocusReading) => heard.push(reading) };
}

test('without listeners nothing is read, before the first and after the last', { timeout }, async () => {
  const { meter, count, hear, pass } = meterBench();

  await pass(5000);
  assert.equal(count.looks, 0);
  const stop = meter.listen(hear);
  await pass(1000);
  stop();
  const looks = count.looks;
  await pass(5000);

  assert.ok(looks > 0);
  assert.equal(count.looks, looks);
});

test('there are at most five figures a second, shared by all listeners', { timeout }, async () => {
  const { meter, count, heard, hear, pass } = meterBench();
  meter.listen(hear);
  meter.listen(hear);

  await pass(2000);

  assert.ok(count.measured >= 8 && count.measured <= 10, String(count.measured));
  assert.equal(heard.length, 2 * count.measured);
});

test('a slow machine measures for a quarter of the time at most', { timeout }, async () => {
  const { meter, count, hear, pass } = meterBench({ workMs: 200 });
  meter.listen(hear);

  await pass(8000);

  assert.ok(count.measured >= 8 && count.measured <= 10, String(count.measured));
});

test("the camera's own figure is passed on once each, and nothing is computed", { timeout }, async () => {
  const { meter, count, bench, heard, hear, pass } = meterBench({ own: { value: 1507, atMs: 1 } });
  meter.listen(hear);
  await pass(1000);
  bench.own = { value: 1600, atMs: 2 };
  await pass(1000);

  assert.deepEqual(heard, [
    { value: 1507, atMs: 1 },
    { value: 1600, atMs: 2 },
  ]);
  assert.equal(count.looks, 0);
});

test('a frame of long ago gives no figure', { timeout }, async () => {
  const { meter, count, hear, pass } = meterBench({ ageMs: 2500 });
  meter.listen(hear);

  await pass(1000);

  assert.equal(count.measured, 0);
});

test('a frame that cannot be decoded is passed over', { timeout }, async () => {
  const { meter, bench, heard, hear, pass } = meterBench();
  bench.isBroken = true;
  meter.listen(hear);
  await pass(500);
  bench.isBroken = false;
  await pass(500);

  assert.ok(heard.length > 0);
});
