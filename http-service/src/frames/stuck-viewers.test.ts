import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { createStuckViewers, STUCK_AFTER_MS } from './stuck-viewers.ts';
import type { Viewer } from './viewer.ts';

const options = { timeout: 5_000 };

function viewerWith(state: { written: number; waiting: number; libuv: number; lags?: boolean }): Viewer {
  const socket = {
    get writableLength() {
      return state.waiting;
    },
    get _handle() {
      return { writeQueueSize: state.libuv };
    },
  } as unknown as Socket;
  return {
    socket,
    lags: state.lags ?? false,
    get written() {
      return state.written;
    },
  } as unknown as Viewer;
}

test('a viewer is stuck when nothing moved for the whole time', options, () => {
  const stuck = createStuckViewers((sockets) => new Map([...sockets].map((socket) => [socket, 0x1000])));
  const viewer = viewerWith({ written: 3, waiting: 80_000, libuv: 40_000 });

  assert.deepEqual(stuck.look([viewer], 0), []);
  assert.deepEqual(stuck.look([viewer], STUCK_AFTER_MS - 1), []);
  assert.deepEqual(stuck.look([viewer], STUCK_AFTER_MS), [viewer]);
});

test('a byte that the kernel sent starts the time anew, though Node.js sees none', options, () => {
  let queue = 0x1000;
  const stuck = createStuckViewers((sockets) => new Map([...sockets].map((socket) => [socket, queue])));
  const viewer = viewerWith({ written: 3, waiting: 80_000, libuv: 40_000 });
  stuck.look([viewer], 0);

  queue--;
  assert.deepEqual(stuck.look([viewer], STUCK_AFTER_MS), []);
  assert.deepEqual(stuck.look([viewer], 2 * STUCK_AFTER_MS - 1), []);
  assert.deepEqual(stuck.look([viewer], 2 * STUCK_AFTER_MS), [viewer]);
});

test('who has taken everything is never stuck, and nothing is read for it', options, () => {
  let reads = 0;
  const stuck = createStuckViewers(() => {
    reads++;
    return new Map();
  });
  const viewer = viewerWith({ written: 3, waiting: 0, libuv: 0 });

  stuck.look([viewer], 0);
  assert.deepEqual(stuck.look([viewer], STUCK_AFTER_MS), []);

  assert.equal(reads, 0);
});

test('who lags is looked at although Node.js has handed everything on', options, () => {
  const stuck = createStuckViewers((sockets) => new Map([...sockets].map((socket) => [socket, 80_000])));
  const viewer = viewerWith({ written: 3, waiting: 0, libuv: 0, lags: true });

  assert.deepEqual(stuck.look([viewer], 0), []);
  assert.deepEqual(stuck.look([viewer], STUCK_AFTER_MS), [viewer]);
});
