import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planAfterEnd, quickEndsAfter } from './restart-plan.ts';

test('an end that would repeat itself ends the pair with the same code', { timeout: 5_000 }, () => {
  for (const code of [2, 66, 69, 78]) {
    assert.deepEqual(planAfterEnd({ code, signal: null }, 0), { kind: 'end', exitCode: code });
  }
});

test('a crash, a kill and an unasked clean end are followed by a new start', { timeout: 5_000 }, () => {
  const ends = [
    { code: 1, signal: null },
    { code: null, signal: 'SIGKILL' },
    { code: 0, signal: null },
  ] as const;
  for (const end of ends) assert.deepEqual(planAfterEnd(end, 0), { kind: 'restart', afterMs: 500 });
});

test('the waits double up to half a minute', { timeout: 5_000 }, () => {
  const waits = [0, 1, 2, 5, 6, 100].map((quickEnds) => planAfterEnd({ code: 1, signal: null }, quickEnds));

  assert.deepEqual(
    waits.map((plan) => plan.kind === 'restart' && plan.afterMs),
    [500, 1_000, 2_000, 16_000, 30_000, 30_000],
  );
});

test('a service that ran for half a minute starts its waits anew', { timeout: 5_000 }, () => {
  assert.equal(quickEndsAfter(29_999, 3), 4);
  assert.equal(quickEndsAfter(30_000, 3), 0);
});
