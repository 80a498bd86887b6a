import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPair } from '../harness/start-pair.ts';
import { isLive, watch } from '../viewer/watch.ts';

const timeout = 90_000;

test('a camera runs only while somebody watches, and for its linger', { timeout }, async () => {
  await using pair = await startPair({ env: { cam0_linger: '1' } });
  assert.equal((await pair.status(0)).state, 'idle');

  const viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a live frame', isLive);
  const streaming = await pair.status(0);
  const other = await pair.status(1);
  await viewer.leave();
  const idle = await pair.untilStatus(0, 'to be idle again', ({ state }) => state === 'idle');

  assert.equal(streaming.state, 'streaming');
  assert.equal(streaming.leases, 1);
  assert.equal(streaming.viewers, 1);
  assert.deepEqual(streaming.negotiated, { width: 1280, height: 720 });
  assert.equal(other.state, 'idle');
  assert.equal(idle.leases, 0);
  assert.equal(idle.viewers, 0);
});

test('a viewer who comes back within the linger meets the camera still running', { timeout }, async () => {
  await using pair = await startPair({ env: { cam0_linger: '30' } });
  const first = await watch(pair.url(0, '/stream.mjpg'));
  await first.next('a live frame', isLive);
  const before = await pair.status(0);
  await first.leave();
  await pair.untilStatus(0, 'to have no viewer', ({ viewers }) => viewers === 0);

  await using second = await watch(pair.url(0, '/stream.mjpg'));
  await second.next('a live frame', isLive);
  const after = await pair.status(0);

  assert.equal(after.state, 'streaming');
  assert.equal(after.sinceMs, before.sinceMs, 'it never left the state');
});

test('two viewers share one capture, under one lease', { timeout }, async () => {
  await using pair = await startPair({ env: { cam0_fps: '5' } });
  await using first = await watch(pair.url(0, '/stream.mjpg'));
  await using second = await watch(pair.url(0, '/stream.mjpg'));

  const seenByFirst = new Set<string | undefined>();
  for (let frame = 0; frame < 10; frame++) seenByFirst.add((await first.next('a live frame', isLive)).timestamp);
  const shared = await second.next('a frame that the first one saw', (part) => seenByFirst.has(part.timestamp));
  const status = await pair.untilStatus(0, 'to have two viewers', ({ viewers }) => viewers === 2);

  assert.equal(shared.kind, 'live');
  assert.equal(status.leases, 1);
});

test('both cameras stream at once, each its own pictures', { timeout }, async () => {
  await using pair = await startPair();
  await using front = await watch(pair.url(0, '/stream.mjpg'));
  await using side = await watch(pair.url(1, '/stream.mjpg'));

  const [frontFrame, sideFrame] = await Promise.all([front.next('a frame', isLive), side.next('a frame', isLive)]);

  assert.notDeepEqual(frontFrame.body, sideFrame.body);
  assert.equal((await pair.status(0)).name, 'Printer 1, front');
  assert.equal((await pair.status(1)).name, 'Printer 1, side');
});

test('every part has the headers that programs rely on, and a whole JPEG', { timeout }, async () => {
  await using pair = await startPair();
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));

  const part = await viewer.next('a live frame', isLive);

  assert.equal(part.headers.get('content-type'), 'image/jpeg');
  assert.equal(Number(part.headers.get('content-length')), part.body.length);
  assert.match(part.timestamp ?? '', /^\d{10}\.\d{6}$/);
  assert.equal(part.body.readUInt16BE(0), 0xffd8);
  assert.equal(part.body.readUInt16BE(part.body.length - 2), 0xffd9);
  assert.ok(Math.abs(Number(part.timestamp) * 1000 - Date.now()) < 30_000);
});
