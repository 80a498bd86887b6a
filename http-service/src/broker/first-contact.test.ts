import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { createFirstContact } from './first-contact.ts';

const options = { timeout: 5_000 };

function harness() {
  const clock = manualClock();
  const contact = createFirstContact(clock, 10_000);
  const ended: number[] = [];
  const wait = (timeoutMs: number) => void contact.wait(timeoutMs).then(() => ended.push(clock.monotonicMs()));
  return { clock, contact, ended, wait };
}

test('whoever waits goes on when contact is made, and nobody waits afterwards', options, async () => {
  const { clock, contact, ended, wait } = harness();
  wait(8_000);
  await clock.advance(700);

  contact.made();
  wait(8_000);
  await clock.advance(0);

  assert.deepEqual(ended, [700, 700]);
  assert.equal(clock.pendingTimers, 0);
});

test('one waits no longer than it can, and not beyond the first moments', options, async () => {
  const { clock, ended, wait } = harness();
  await clock.advance(4_000);

  wait(2_000);
  wait(8_000);
  await clock.advance(20_000);
  wait(8_000);
  await clock.advance(0);

  assert.deepEqual(ended, [6_000, 10_000, 24_000]);
  assert.equal(clock.pendingTimers, 0);
});
