import assert from 'node:assert/strict';
import test from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import type { Child } from './child.ts';
import { processState, stopChild } from './stop-ladder.ts';

test('a child in the kernel is given up on, five seconds after SIGKILL, and no timer is left', async () => {
  const clock = manualClock();
  const sent: string[] = [];
  const child: Child = {
    pid: 1,
    ended: new Promise(() => undefined),
    hasEnded: false,
    kill: (signal) => sent.push(`${clock.monotonicMs()} ${signal}`),
  };

  const stopping = stopChild(child, { clock, gentleMs: 900 });
  await clock.advance(10_000);

  assert.deepEqual(await stopping, { durationMs: 6_900, stuckInKernel: true });
  assert.deepEqual(
    sent.filter((each) => !each.endsWith('SIGCONT')),
    ['0 SIGINT', '900 SIGTERM', '1900 SIGKILL'],
  );
  assert.equal(clock.pendingTimers, 0);
});

test('the state of a process is read from /proc', () => {
  assert.match(processState(process.pid) ?? '', /^[RS]$/);
  assert.equal(processState(undefined), undefined);
  assert.equal(processState(2 ** 22 + 1), undefined);
});
