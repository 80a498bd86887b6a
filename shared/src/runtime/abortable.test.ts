import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { abortable, whenAborted } from './abortable.ts';

const timeout = 5_000;

describe('a wait that can be aborted', { timeout }, () => {
  it('gives what it waited for, cleans up once and leaves no listener', async () => {
    const { signal } = new AbortController();
    const cleanUps: boolean[] = [];
    const value = await abortable<number>(signal, (resolve) => {
      setImmediate(() => resolve(7));
      setImmediate(() => resolve(8));
      return (isAborted) => cleanUps.push(isAborted);
    });

    assert.equal(value, 7);
    assert.deepEqual(cleanUps, [false]);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('rejects with the reason of the signal, and cleans up', async () => {
    const controller = new AbortController();
    const cleanUps: boolean[] = [];
    const waiting = abortable<void>(controller.signal, () => (isAborted) => cleanUps.push(isAborted));
    controller.abort(new Error('enough'));

    await assert.rejects(waiting, { message: 'enough' });
    assert.deepEqual(cleanUps, [true]);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  });

  it('does not begin when it is aborted already', async () => {
    let hasBegun = false;
    const waiting = abortable<void>(AbortSignal.abort(new Error('too late')), () => {
      hasBegun = true;
      return undefined;
    });

    await assert.rejects(waiting, { message: 'too late' });
    assert.equal(hasBegun, false);
  });

  it('cleans up what was settled while it began, and what failed to begin', async () => {
    const { signal } = new AbortController();
    let cleanUps = 0;
    await abortable<void>(signal, (resolve) => {
      resolve();
      return () => cleanUps++;
    });
    await assert.rejects(
      abortable<void>(signal, () => {
        throw new Error('no such thing');
      }),
      { message: 'no such thing' },
    );

    assert.equal(cleanUps, 1);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('whenAborted resolves at once for a signal that has aborted', async () => {
    await whenAborted(AbortSignal.abort());
    const controller = new AbortController();
    const waiting = whenAborted(controller.signal);
    controller.abort();
    await waiting;
  });
});
