import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { sampleMonitor } from '../testing/sample-monitor.ts';
import { createEventFeed, MAX_EVENT_CLIENTS } from './event-feed.ts';

const timeout = 10_000;

interface Heard {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
}

/** Everything that a client was sent so far, as events; takes it out of the stream. */
function hear(client: PassThrough): Heard[] {
  const text = String(client.read() ?? '');
  return text
    .split('\n\n')
    .filter((block) => block.includes('event:'))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      return { event: field('event') ?? '', id: field('id'), data: JSON.parse(field('data') ?? '{}') };
    });
}

const idle = {
  state: 'idle',
  viewers: 0,
  http: { version: '1.0.0', startedAtMs: 0, viewers: 0, videos: 0, port: 1 },
} as const;

test('a client is told the status at once', { timeout }, () => {
  const monitor = sampleMonitor();
  const feed = createEventFeed(monitor, manualClock());
  const client = new PassThrough();

  feed.add(client, '');

  const [first] = hear(client);
  assert.equal(first?.event, 'status');
  assert.match(first?.id ?? '', /^[0-9a-f]{8}-\d+$/);
  assert.equal(first?.data['name'], 'Voron');
});

test('changes within a tenth of a second are told as one, the newest', { timeout }, async () => {
  const clock = manualClock();
  const monitor = sampleMonitor();
  const feed = createEventFeed(monitor, clock);
  const client = new PassThrough();
  feed.add(client, '');
  hear(client);

  for (let fps = 1; fps <= 50; fps++) monitor.set({ ...idle, fps });
  await clock.advance(100);

  const told = hear(client);
  assert.equal(told.length, 1);
  assert.equal(told[0]?.data['fps'], 50);
});

test('a client that comes back hears every change that it missed', { timeout }, async () => {
  const monitor = sampleMonitor();
  const feed = createEventFeed(monitor, manualClock());
  const client = new PassThrough();
  feed.add(client, '');
  const lastId = hear(client)[0]?.id ?? '';
  client.destroy();
  await new Promise((resolve) => client.once('close', resolve));
  monitor.set({ state: 'restarting' });
  monitor.set({ state: 'streaming' });
  const again = new PassThrough();

  feed.add(again, lastId);

  assert.deepEqual(
    hear(again).map(({ data }) => data['state']),
    ['restarting', 'streaming'],
  );
});

for (const id of ['', 'deadbeef-3', 'nonsense', '1']) {
  test(`a client with the unknown id "${id}" gets one whole status`, { timeout }, () => {
    const feed = createEventFeed(sampleMonitor(), manualClock());
    const client = new PassThrough();

    feed.add(client, id);

    assert.equal(hear(client).length, 1);
  });
}

test('rates are told once a second while something streams, and not otherwise', { timeout }, async () => {
  const clock = manualClock();
  const monitor = sampleMonitor();
  const feed = createEventFeed(monitor, clock);
  const client = new PassThrough();
  feed.add(client, '');
  hear(client);

  await clock.advance(3_000);
  const streaming = hear(client).filter(({ event }) => event === 'rates');
  monitor.set(idle);
  await clock.advance(10_000);
  const afterwards = hear(client).filter(({ event }) => event === 'rates');

  assert.equal(streaming.length, 3);
  assert.deepEqual(Object.keys(streaming[0]?.data ?? {}), ['fps', 'viewers', 'picture', 'nowMs']);
  assert.ok(afterwards.length <= 1, 'one that was due already');
});

test('a heartbeat comes every five seconds', { timeout }, async () => {
  const clock = manualClock();
  const monitor = sampleMonitor();
  monitor.set(idle);
  const feed = createEventFeed(monitor, clock);
  const client = new PassThrough();
  feed.add(client, '');

  await clock.advance(20_000);

  assert.equal(hear(client).filter(({ event }) => event === 'heartbeat').length, 4);
});

test('no timer runs while nobody listens', { timeout }, async () => {
  const clock = manualClock();
  const monitor = sampleMonitor();
  const feed = createEventFeed(monitor, clock);
  assert.equal(clock.pendingTimers, 0);
  const client = new PassThrough();
  feed.add(client, '');
  monitor.set({ fps: 3 });
  assert.ok(clock.pendingTimers > 0);

  client.destroy();
  await new Promise((resolve) => client.once('close', resolve));
  monitor.set({ fps: 4 });

  assert.equal(clock.pendingTimers, 0);
  assert.equal(feed.clients, 0);
});

test('a client that does not read is dropped before it keeps much', { timeout }, async () => {
  const clock = manualClock();
  const monitor = sampleMonitor();
  const feed = createEventFeed(monitor, clock);
  const slow = new PassThrough({ readableHighWaterMark: 1, writableHighWaterMark: 1 });
  const quick = new PassThrough();
  quick.resume();
  feed.add(slow, '');
  feed.add(quick, '');

  for (let round = 0; round < 200; round++) {
    monitor.set({ fps: round });
    await clock.advance(100);
    assert.ok(slow.writableLength <= 64 * 1024);
  }

  assert.ok(slow.destroyed);
  assert.equal(feed.clients, 1);
});

test('one client too many is refused', { timeout }, () => {
  const feed = createEventFeed(sampleMonitor(), manualClock());
  for (let each = 0; each < MAX_EVENT_CLIENTS; each++) assert.ok(feed.add(new PassThrough(), ''));

  assert.equal(feed.add(new PassThrough(), ''), false);
});

test('closing ends every client and stops listening', { timeout }, async () => {
  const clock = manualClock();
  const monitor = sampleMonitor();
  const feed = createEventFeed(monitor, clock);
  const client = new PassThrough();
  feed.add(client, '');

  feed.close();

  assert.ok(client.writableEnded);
  assert.equal(monitor.listeners, 0);
  assert.equal(clock.pendingTimers, 0);
});
