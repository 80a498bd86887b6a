import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSharedCapture } from './shared-capture.ts';

function harness() {
  const captures: { notBeforeMs: number; resolve(value: string): void; reject(error: Error): void }[] = [];
  let nowMs = 100;
  const shared = createSharedCapture<string>(
    (notBeforeMs) => new Promise((resolve, reject) => captures.push({ notBeforeMs, resolve, reject })),
    () => nowMs,
  );
  return { captures, shared, setNow: (ms: number) => (nowMs = ms) };
}

test('those who come while a capture runs share it', { timeout: 5_000 }, async () => {
  const { captures, shared } = harness();

  const all = [shared.join(), shared.join(), shared.join()];
  captures[0]?.resolve('a');

  assert.deepEqual(await Promise.all(all), ['a', 'a', 'a']);
  assert.equal(captures.length, 1);
  assert.equal(captures[0]?.notBeforeMs, 0);
});

test('who needs a fresh one waits for the next, shared by all that do', { timeout: 5_000 }, async () => {
  const { captures, shared, setNow } = harness();

  const old = shared.join();
  const fresh = [shared.next(), shared.next()];
  setNow(500);
  captures[0]?.resolve('old');
  assert.equal(await old, 'old');
  await new Promise(setImmediate);
  captures[1]?.resolve('fresh');

  assert.deepEqual(await Promise.all(fresh), ['fresh', 'fresh']);
  assert.equal(captures.length, 2);
  assert.equal(captures[1]?.notBeforeMs, 500);
});

test('a failed capture does not take the next one with it', { timeout: 5_000 }, async () => {
  const { captures, shared } = harness();

  const failing = shared.join();
  const next = shared.next();
  captures[0]?.reject(new Error('no camera'));
  await assert.rejects(failing, /no camera/);
  await new Promise(setImmediate);
  captures[1]?.resolve('b');

  assert.equal(await next, 'b');
});
