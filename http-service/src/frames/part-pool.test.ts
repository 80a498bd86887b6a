import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPartPool } from './part-pool.ts';

test('a buffer that somebody holds is not given out again', { timeout: 5_000 }, () => {
  const pool = createPartPool();
  pool.sweep();
  const first = pool.take(1_000);
  pool.sweep();
  pool.hold(first);
  const second = pool.take(1_000);
  pool.sweep();
  pool.hold(second);
  const third = pool.take(1_000);

  assert.notEqual(second, first);
  assert.equal(third, first);
});

test('two buffers are enough while nobody lags', { timeout: 5_000 }, () => {
  const pool = createPartPool();
  let newest = pool.take(1_000);
  const seen = new Set([newest]);
  for (let index = 0; index < 100; index++) {
    pool.sweep();
    pool.hold(newest);
    newest = pool.take(1_000 - index);
    seen.add(newest);
  }

  assert.equal(seen.size, 2);
  assert.equal(pool.byteLength, 2_500);
});

test('it grows by a buffer for every one that is held, and shrinks when they are let go', { timeout: 5_000 }, () => {
  const pool = createPartPool();
  const held = [];
  for (let index = 0; index < 20; index++) {
    pool.sweep();
    for (const buffer of held) pool.hold(buffer);
    held.push(pool.take(800));
  }
  assert.equal(pool.byteLength, 20 * 1_000);

  pool.sweep();
  pool.take(800);
  assert.equal(pool.byteLength, 2 * 1_000);
});

test('buffers that have become too small are given up', { timeout: 5_000 }, () => {
  const pool = createPartPool();
  pool.take(100);
  pool.sweep();
  const buffer = pool.take(10_000);

  assert.ok(buffer.bytes.byteLength >= 10_000);
  assert.equal(pool.byteLength, buffer.bytes.byteLength);
});
