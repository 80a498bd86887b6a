import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { createBacklogWatch } from './backlog-watch.ts';
import { LOOK_SOON_MS } from './send-backlog.ts';
import type { Viewer } from './viewer.ts';

const options = { timeout: 5_000 };

function viewer(): Viewer & { socket: { bytesWritten: number } } {
  return { socket: { bytesWritten: 0 } as Socket, lags: false } as Viewer & { socket: { bytesWritten: number } };
}

test('one reading serves all viewers, and holds back from those that lag alone', options, async () => {
  const clock = manualClock();
  const [fast, slow] = [viewer(), viewer()];
  const underWay = new Map<Socket, number>([[fast.socket, 0]]);
  let readings = 0;
  const watch = createBacklogWatch(clock, () => {
    readings++;
    return underWay;
  });
  for (const each of [fast, slow]) {
    watch.add(each);
    each.socket.bytesWritten = 80_000;
  }
  underWay.set(slow.socket, 80_000);
  await clock.advance(30);

  watch.look([fast, slow], clock.monotonicMs());
  watch.look([fast, slow], clock.monotonicMs());

  assert.deepEqual([fast.lags, slow.lags], [false, true]);
  assert.equal(readings, 1);

  underWay.set(slow.socket, 0);
  await clock.advance(LOOK_SOON_MS);
  watch.look([fast, slow], clock.monotonicMs());
  assert.equal(slow.lags, false);
});

test('where nothing is known of a viewer, it is never held back, and nothing more is read', options, async () => {
  const clock = manualClock();
  const unknown = viewer();
  let readings = 0;
  const watch = createBacklogWatch(clock, () => {
    readings++;
    return new Map();
  });
  watch.add(unknown);

  for (let frame = 0; frame < 10; frame++) {
    await clock.advance(100);
    watch.look([unknown], clock.monotonicMs());
  }

  assert.equal(unknown.lags, false);
  assert.equal(readings, 1);
});

test('a table that is slow to read is read less often', options, async () => {
  const clock = manualClock();
  const slow = viewer();
  let slowMs = 0;
  let readings = 0;
  const slowClock = { ...clock, monotonicMs: () => clock.monotonicMs() + slowMs };
  const watch = createBacklogWatch(slowClock, () => {
    readings++;
    slowMs += 50;
    return new Map([[slow.socket, 80_000]]);
  });
  watch.add(slow);
  slow.socket.bytesWritten = 80_000;

  for (let frame = 0; frame < 100; frame++) {
    await clock.advance(100);
    watch.look([slow], slowClock.monotonicMs());
  }

  assert.ok(readings > 1 && readings < 40, `${readings} readings`);
});
