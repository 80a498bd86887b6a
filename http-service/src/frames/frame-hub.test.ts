import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { pino } from 'pino';
import { createCounters } from '../status/counters.ts';
import { createFrameHub } from './frame-hub.ts';
import type { FrameReader, KeptFrame } from './frame-reader.ts';
import { type Part, partOf } from './part.ts';
import { createViewer } from './viewer.ts';

const options = { timeout: 5_000 };
const FPS = 10;

function harness() {
  const clock = manualClock();
  const counters = createCounters();
  const drawn: (KeptFrame | undefined)[] = [];
  let newest: Part | undefined;
  let monotonicMs = Number.NEGATIVE_INFINITY;
  let unread: Part | undefined;
  let changes = 0;
  let isStreaming = true;

  const reader: FrameReader = {
    read() {
      if (unread === undefined) return undefined;
      newest = unread;
      monotonicMs = clock.monotonicMs();
      unread = undefined;
      return newest;
    },
    get newest() {
      return newest;
    },
    get monotonicMs() {
      return monotonicMs;
    },
    has: () => false,
    keep: () => newest && { jpeg: newest.jpeg, capturedAtMs: 0, monotonicMs, width: 1, height: 1 },
    reopen: () => undefined,
  };
  const hub = createFrameHub({
    fps: FPS,
    reader,
    async draw(last) {
      drawn.push(last);
      return Buffer.from('drawn');
    },
    counters,
    onFrame: () => undefined,
    isStreaming: () => isStreaming,
    onChange: () => changes++,
    clock,
    log: pino({ level: 'silent' }),
  });

  const addViewer = () => {
    const written: string[] = [];
    const socket = Object.assign(new EventEmitter(), {
      destroyed: false,
      writable: true,
      writableLength: 0,
      write: (bytes: Buffer) => written.push(bytes.toString('latin1')),
    });
    const viewer = createViewer({
      socket: socket as unknown as Socket,
      advance: false,
      boundary: 'FRAME',
      pacer: undefined,
      counters,
      newest: () => hub.newest,
      nowMs: clock.monotonicMs,
      onFirstLive: () => undefined,
    });
    hub.add(viewer);
    return { socket, written, kinds: () => written.map((part) => /X-Frame-Kind: (\w+)/.exec(part)?.[1]) };
  };
  return {
    clock,
    counters,
    drawn,
    hub,
    addViewer,
    publish(text: string) {
      unread = partOf(Buffer.from(text), 'live', clock.nowMs());
      hub.receive(1n);
    },
    /** as capture tells it */
    setStreaming(streams: boolean) {
      isStreaming = streams;
    },
    get changes() {
      return changes;
    },
  };
}

test('one drawing a second serves all viewers, and every part is sent twice', options, async () => {
  const { clock, drawn, addViewer } = harness();
  const viewers = [addViewer(), addViewer(), addViewer()];

  await clock.advance(2_950);

  assert.equal(drawn.length, 3);
  for (const { kinds } of viewers) assert.deepEqual(kinds(), new Array(6).fill('placeholder'));
});

test('a live frame is repeated after two frame times, and held after 1.5 s', options, async () => {
  const { clock, hub, addViewer, publish, drawn } = harness();
  const viewer = addViewer();
  publish('one');
  assert.equal(hub.kind, 'live');

  await clock.advance(199);
  assert.deepEqual(viewer.kinds(), ['live']);
  await clock.advance(1_300);
  assert.deepEqual(viewer.kinds(), ['live', 'live']);
  await clock.advance(10);

  assert.equal(hub.kind, 'held');
  assert.equal(drawn.at(-1)?.jpeg.toString(), 'one');
});

test('the last frame of a camera that has just stopped is held, not live, for who comes then', options, async () => {
  const { clock, hub, addViewer, publish, setStreaming, drawn } = harness();
  const first = addViewer();
  publish('one');
  first.socket.emit('close');
  setStreaming(false);
  await clock.advance(300);

  const second = addViewer();
  await clock.advance(0);
  assert.deepEqual([second.kinds(), hub.kind, drawn.at(-1)?.jpeg.toString()], [['held'], 'held', 'one']);
  setStreaming(true);
  await clock.advance(50);
  publish('two');

  assert.deepEqual([second.kinds().at(-1), hub.kind], ['live', 'live']);
});

test('who comes while the camera streams for others has its newest frame as live', options, async () => {
  const { clock, addViewer, publish } = harness();
  const first = addViewer();
  publish('one');
  first.socket.emit('close');
  await clock.advance(300);

  assert.deepEqual(addViewer().kinds(), ['live']);
});

test('while frames come nothing is drawn or repeated', options, async () => {
  const { clock, addViewer, publish, drawn } = harness();
  const viewer = addViewer();
  await clock.advance(0);
  const before = drawn.length;

  for (let index = 0; index < 50; index++) {
    publish(`frame ${index}`);
    await clock.advance(1000 / FPS);
  }

  assert.equal(drawn.length, before);
  assert.equal(viewer.kinds().filter((kind) => kind === 'live').length, 50);
});

test('a busy viewer is left out, gets the newest when drained, and counts what it lost', options, async () => {
  const { counters, addViewer, publish } = harness();
  const [slow, fast] = [addViewer(), addViewer()];
  publish('1');
  slow.socket.writableLength = 1;
  for (const text of ['2', '3', '4']) publish(text);

  slow.socket.writableLength = 0;
  slow.socket.emit('drain');

  const bodies = (written: readonly string[]) => written.map((part) => part.split('\r\n\r\n')[1]?.trim());
  assert.deepEqual(bodies(slow.written), ['1', '4']);
  assert.deepEqual(bodies(fast.written), ['1', '2', '3', '4']);
  assert.equal(counters.dropped.busy, 2);
});

test('without viewers no timer runs, and frames are not read', options, async () => {
  const { clock, hub, addViewer, publish, counters } = harness();
  const viewer = addViewer();
  publish('1');
  assert.ok(clock.pendingTimers > 0);

  viewer.socket.emit('close');
  publish('2');

  assert.equal(clock.pendingTimers, 0);
  assert.equal(hub.viewerCount, 0);
  assert.equal(hub.kind, null);
  assert.equal(counters.delivered.live, 1);
});

test('a change of state is drawn at once', options, async () => {
  const { clock, hub, addViewer, drawn } = harness();
  addViewer();
  await clock.advance(100);
  assert.equal(drawn.length, 1);

  hub.redraw();
  await clock.advance(0);

  assert.equal(drawn.length, 2);
});
