import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLock } from './lock.ts';
import { createResourceStack } from './resource-stack.ts';
import { singleFlight } from './single-flight.ts';

const options = { timeout: 10_000 };

describe('single flight', options, () => {
  it('callers that come while the work is under way get its outcome', options, async () => {
    let runs = 0;
    const flight = singleFlight(async () => {
      await Promise.resolve();
      return ++runs;
    });

    assert.deepEqual(await Promise.all([flight.run(), flight.run(), flight.run()]), [1, 1, 1]);
    assert.equal(flight.isRunning, false);
    assert.equal(await flight.run(), 2);
  });

  it('a failure reaches every caller, and the next call works anew', options, async () => {
    let runs = 0;
    const flight = singleFlight(() => (++runs === 1 ? Promise.reject(new Error('first')) : Promise.resolve('second')));

    const outcomes = await Promise.allSettled([flight.run(), flight.run()]);

    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(await flight.run(), 'second');
  });
});

describe('lock', options, () => {
  it('lets one in at a time, in the order of asking', options, async () => {
    const lock = createLock();
    const events: string[] = [];
    const work = (name: string) =>
      lock.run(async () => {
        events.push(`${name} in`);
        await new Promise((resolve) => setImmediate(resolve));
        events.push(`${name} out`);
      });

    await Promise.all([work('a'), work('b'), work('c')]);

    assert.deepEqual(events, ['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    assert.equal(lock.isHeld, false);
  });

  it('is released when the work fails', options, async () => {
    const lock = createLock();

    await assert.rejects(
      lock.run(() => Promise.reject(new Error('no'))),
      /no/,
    );

    assert.equal(await lock.run(async () => 'next'), 'next');
  });

  it('one who gives up waiting leaves the queue', options, async () => {
    const lock = createLock();
    const release = await lock.acquire();
    const abort = new AbortController();
    const aborted = assert.rejects(lock.acquire(abort.signal), /enough/);
    const next = lock.acquire();

    abort.abort(new Error('enough'));
    await aborted;
    release();
    release();

    (await next)();
    assert.equal(lock.isHeld, false);
  });
});

describe('resource stack', options, () => {
  it('closes in reverse, goes on after a failure, and throws the first one', options, async () => {
    const closed: string[] = [];
    const stack = createResourceStack();
    stack.use({ [Symbol.asyncDispose]: async () => void closed.push('first') });
    stack.defer(() => {
      closed.push('second');
      throw new Error('second failed');
    });
    stack.defer(() => void closed.push('third'));

    await assert.rejects(async () => stack[Symbol.asyncDispose](), /second failed/);
    await stack[Symbol.asyncDispose]();

    assert.deepEqual(closed, ['third', 'second', 'first']);
  });
});
