import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPair } from '../harness/start-pair.ts';
import { isLive, watch } from '../viewer/watch.ts';

const timeout = 120_000;

test('http-service killed: its lease ends at once and the camera goes idle after the linger', { timeout }, async () => {
  await using pair = await startPair({ env: { cam0_linger: '1' } });
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a live frame', isLive);

  await pair.http.kill();
  const idle = await pair.untilStatus(0, 'to be idle', ({ state }) => state === 'idle');

  assert.equal(idle.leases, 0);
  await pair.startHttp();
  await using next = await watch(pair.url(0, '/stream.mjpg'));
  await next.next('a live frame from the new http-service', isLive);
});

test('http-service stopped (SIGSTOP): unanswered pings end its lease, and it recovers when it goes on', {
  timeout,
}, async () => {
  await using pair = await startPair({ env: { cam0_linger: '1' } });
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a live frame', isLive);

  pair.http.freeze();
  const idle = await pair.untilStatus(0, 'to be idle', ({ state }) => state === 'idle');
  pair.http.thaw();
  await using next = await watch(pair.url(0, '/stream.mjpg'));
  await next.next('a live frame after it went on', isLive);

  assert.equal(idle.leases, 0);
});

test('the last viewer leaving is noticed, and the camera goes idle', { timeout }, async () => {
  await using pair = await startPair({ env: { cam1_linger: '1' } });
  const viewer = await watch(pair.url(1, '/stream.mjpg'));
  await viewer.next('a live frame', isLive);

  await viewer.leave();

  const idle = await pair.untilStatus(1, 'to be idle', ({ state }) => state === 'idle');
  assert.equal(idle.viewers, 0);
});
