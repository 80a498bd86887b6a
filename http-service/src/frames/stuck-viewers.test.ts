import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { sendQueueKey } from './send-queue.ts';
import { createStuckViewers, STUCK_AFTER_MS } from './stuck-viewers.ts';
import type { Viewer } from './viewer.ts';

const options = { timeout: 5_000 };

function viewerWith(state: { written: number; waiting: number; libuv: number }): Viewer {
  const socket = {
    localPort: 18_081,
    remotePort: 50_000,
    get writableLength() {
      return state.waiting;
    },
    get _handle() {
      return { writeQueueSize: state.libuv };
    },
  } as unknown as Socket;
  return {
    socket,
    get written() {
      return state.written;
    },
  } as unknown as Viewer;
}

test('a viewer is stuck when nothing moved for the whole time', options, async () => {
  const stuck = createStuckViewers(async () => new Map([[sendQueueKey(18_081, 50_000), '00001000']]));
  const viewer = viewerWith({ written: 3, waiting: 80_000, libuv: 40_000 });

  assert.deepEqual(await stuck.look([viewer], 0), []);
  assert.deepEqual(await stuck.look([viewer], STUCK_AFTER_MS - 1), []);
  assert.deepEqual(await stuck.look([viewer], STUCK_AFTER_MS), [viewer]);
});

test('a byte that the kernel sent starts the time anew, though Node.js sees none', options, async () => {
  let queue = 0x1000;
  const stuck = createStuckViewers(async () => new Map([[sendQueueKey(18_081, 50_000), queue.toString(16)]]));
  const viewer = viewerWith({ written: 3, waiting: 80_000, libuv: 40_000 });
  await stuck.look([viewer], 0);

  queue--;
  assert.deepEqual(await stuck.look([viewer], STUCK_AFTER_MS), []);
  assert.deepEqual(await stuck.look([viewer], 2 * STUCK_AFTER_MS - 1), []);
  assert.deepEqual(await stuck.look([viewer], 2 * STUCK_AFTER_MS), [viewer]);
});

test('who has taken everything is never stuck, and nothing is read for it', options, async () => {
  let reads = 0;
  const stuck = createStuckViewers(async () => {
    reads++;
    return new Map();
  });
  const viewer = viewerWith({ written: 3, waiting: 0, libuv: 0 });

  await stuck.look([viewer], 0);
  assert.deepEqual(await stuck.look([viewer], STUCK_AFTER_MS), []);

  assert.equal(reads, 0);
});
