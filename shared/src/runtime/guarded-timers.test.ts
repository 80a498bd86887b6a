import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from './clock.ts';
import { guardTimers } from './guarded-timers.ts';
import { manualClock } from './manual-clock.ts';

const options = { timeout: 5_000 };

test('a timer that throws is logged, and the next one is called', options, async () => {
  const hands = manualClock();
  const logged: unknown[] = [];
  const clock = guardTimers(hands, { error: (fields: unknown) => logged.push(fields) });
  const failure = new TypeError('words is undefined');
  let called = 0;

  clock.after(10, () => {
    throw failure;
  });
  clock.after(20, () => called++);
  await hands.advance(30);

  assert.deepEqual(logged, [{ err: failure }]);
  assert.equal(called, 1);
});

test('a timer of the system that throws does not end the process', options, async () => {
  const logged: unknown[] = [];
  const clock = guardTimers(systemClock, { error: (fields: unknown) => logged.push(fields) });

  clock.after(1, () => {
    throw new Error('as it happens');
  });
  await new Promise<void>((resolve) => clock.after(20, resolve));

  assert.equal(logged.length, 1);
});

test("a cancelled timer does not come, and the time is the clock's", options, async () => {
  const hands = manualClock();
  const clock = guardTimers(hands, { error: () => undefined });
  let called = 0;

  clock.after(10, () => called++)();
  await hands.advance(30);

  assert.equal(called, 0);
  assert.equal(clock.monotonicMs(), 30);
});
