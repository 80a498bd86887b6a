import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { manualClock } from './manual-clock.ts';
import { createTokenBucket } from './token-bucket.ts';

const options = { timeout: 10_000 };

describe('token bucket', options, () => {
  it('gives its burst at once, then says when the next token comes', options, async () => {
    const clock = manualClock();
    const bucket = createTokenBucket({ perSecond: 4, burst: 2 }, clock);

    assert.deepEqual([bucket.take(), bucket.take(), bucket.take()], [0, 0, 250]);
    await clock.advance(100);
    assert.equal(bucket.take(), 150);
    await clock.advance(150);
    assert.equal(bucket.take(), 0);
  });

  it('never holds more than its burst, and sets no timer', options, async () => {
    const clock = manualClock();
    const bucket = createTokenBucket({ perSecond: 10, burst: 3 }, clock);

    await clock.advance(3_600_000);

    assert.equal(bucket.level, 3);
    assert.equal(clock.pendingTimers, 0);
  });
});
