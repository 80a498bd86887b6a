import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { startHandle } from '../harness/service-handle.ts';
import { startPair } from '../harness/start-pair.ts';
import { isHeld, isLive, isPlaceholder, watch } from '../viewer/watch.ts';

const timeout = 120_000;

test('a viewer stays connected while capture-service is killed and brought back', { timeout }, async () => {
  await using pair = await startPair();
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));
  const before = await viewer.next('a live frame', isLive);

  await pair.capture.kill();
  const held = await viewer.next('a held frame', isHeld);
  await pair.startCapture();
  const after = await viewer.next('a live frame again', isLive);

  assert.equal(viewer.isClosed, false);
  assert.ok(Number(held.timestamp) >= Number(before.timestamp), 'a held frame keeps the time of its capture');
  assert.ok(Number(after.timestamp) > Number(held.timestamp));
});

test('held frames differ from the frame they hold: a viewer sees that they are old', { timeout }, async () => {
  await using pair = await startPair();
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a live frame', isLive);

  await pair.capture.kill();
  const first = await viewer.next('a held frame', isHeld);
  const later = await viewer.next('the next held frame', (part) => isHeld(part) && !part.body.equals(first.body));

  assert.equal(first.timestamp, later.timestamp, 'the picture is as old as it is');
  await pair.startCapture();
});

test('an orderly stop of capture-service leaves viewers connected as well', { timeout }, async () => {
  await using pair = await startPair();
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a live frame', isLive);

  const end = await pair.capture.stop();
  await viewer.next('a held frame', isHeld);
  await pair.startCapture();
  await viewer.next('a live frame again', isLive);

  assert.deepEqual(end, { code: 0, signal: null });
});

test('http-service started first shows a placeholder and then live frames by itself', { timeout }, async () => {
  await using pair = await startPair({ start: ['http'] });
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));

  await viewer.next('a placeholder', isPlaceholder);
  await pair.startCapture();
  await viewer.next('a live frame', isLive);

  assert.equal(viewer.isClosed, false);
});

test('a snapshot without capture-service is 503 with Retry-After, never a picture', { timeout }, async () => {
  await using pair = await startPair({ start: ['http'] });

  const response = await fetch(pair.url(0, '/snapshot.jpg'));
  await response.text();

  assert.equal(response.status, 503);
  assert.match(response.headers.get('retry-after') ?? '', /^\d+$/);
});

test('a second capture-service on the same run directory ends with 69 and harms nothing', { timeout }, async () => {
  await using pair = await startPair({ start: ['capture', 'http'] });
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a live frame', isLive);

  const second = startHandle({ name: 'capture-service', entry: checkout.capture, args: [], env: pair.env });
  const end = await second.ended;

  assert.equal(end.code, 69, second.log.text());
  await viewer.next('a live frame after it', isLive);
  assert.equal((await pair.status(0)).state, 'streaming');
});
