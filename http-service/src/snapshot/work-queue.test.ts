import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkQueue } from './work-queue.ts';

test('only so many run, only so many wait, and the rest is told to come back', { timeout: 5_000 }, async () => {
  const queue = createWorkQueue({ concurrency: 1, waiting: 2 });
  const finish: (() => void)[] = [];
  const work = () => queue.run(() => new Promise<void>((resolve) => finish.push(resolve)));

  const all = [work(), work(), work()];
  await assert.rejects(work(), { code: 'ERR_BUSY', retryAfterS: 1 });
  assert.equal(finish.length, 1);

  for (let index = 0; index < 3; index++) {
    finish[index]?.();
    await all[index];
    await new Promise(setImmediate);
  }
  assert.equal(finish.length, 3);
  await queue.run(async () => undefined);
});

test('work that fails makes room', { timeout: 5_000 }, async () => {
  const queue = createWorkQueue({ concurrency: 1, waiting: 0 });

  await assert.rejects(
    queue.run(() => Promise.reject(new Error('broken'))),
    /broken/,
  );

  assert.equal(await queue.run(async () => 1), 1);
});
