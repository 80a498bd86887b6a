import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import { startPair } from '../harness/start-pair.ts';
import { isLive, watch } from '../viewer/watch.ts';

const timeout = 90_000;

async function snapshot(url: string) {
  const response = await fetch(url);
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, body, size: readJpegSize(body) };
}

test('a snapshot of an idle camera is a still, and leaves the camera idle', { timeout }, async () => {
  await using pair = await startPair();
  const askedMs = Date.now();

  const { status, headers, size } = await snapshot(pair.url(0, '/snapshot.jpg'));
  const after = await pair.untilStatus(0, 'to be idle', ({ state }) => state === 'idle');

  assert.equal(status, 200);
  assert.deepEqual(size, { width: 1280, height: 720 });
  assert.equal(headers.get('content-type'), 'image/jpeg');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(headers.get('x-frame-kind'), 'live');
  assert.ok(Number(headers.get('x-timestamp')) * 1000 >= askedMs - 1);
  assert.equal(after.stills.taken, 1);
  assert.equal(after.frames.published, 0, 'a still never enters the stream');
});

test('a snapshot while streaming is the next live frame, exposed after the request', { timeout }, async () => {
  await using pair = await startPair();
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a live frame', isLive);
  const askedMs = Date.now();

  const { status, headers, body } = await snapshot(pair.url(0, '/snapshot.jpg'));
  const streamed = await viewer.next('the same frame in the stream', (part) => part.body.equals(body));

  assert.equal(status, 200);
  assert.ok(Number(headers.get('x-timestamp')) * 1000 >= askedMs - 1);
  assert.equal(streamed.timestamp, headers.get('x-timestamp'));
  assert.equal((await pair.status(0)).stills.taken, 0);
});

test('ten snapshots at once share one capture', { timeout }, async () => {
  await using pair = await startPair();

  // A still of a recording takes milliseconds, so capture-service is stopped until all ten are waiting for it.
  pair.capture.freeze();
  const asking = Array.from({ length: 10 }, () => snapshot(pair.url(0, '/snapshot.jpg')));
  const waiting = asking.map(() => fetch(pair.url(0, '/healthz')).then((response) => response.text()));
  await Promise.all(waiting);
  pair.capture.thaw();
  const answers = await Promise.all(asking);
  const after = await pair.status(0);

  for (const { status, body } of answers) {
    assert.equal(status, 200);
    assert.deepEqual(body, answers[0]?.body);
  }
  assert.equal(after.stills.taken, 1);
});

test('width fits the picture inside, keeps its shape and never enlarges', { timeout }, async () => {
  await using pair = await startPair();

  const small = await snapshot(pair.url(1, '/snapshot.jpg?width=640'));
  const boxed = await snapshot(pair.url(1, '/snapshot.jpg?width=640&height=180&quality=60'));
  const large = await snapshot(pair.url(1, '/snapshot.jpg?width=4000'));

  assert.deepEqual(small.size, { width: 640, height: 360 });
  assert.deepEqual(boxed.size, { width: 320, height: 180 });
  assert.deepEqual(large.size, { width: 1280, height: 720 });
});

test('a bad value is 400 and named; unknown parameters are ignored', { timeout }, async () => {
  await using pair = await startPair();

  const bad = await snapshot(pair.url(0, '/snapshot.jpg?width=wide'));
  const buster = await snapshot(pair.url(0, '/snapshot.jpg?_=1700000000'));

  assert.equal(bad.status, 400);
  assert.match(bad.body.toString(), /width/);
  assert.equal(buster.status, 200);
});

test("mjpg-streamer's names give snapshot and stream", { timeout }, async () => {
  await using pair = await startPair();

  const picture = await snapshot(pair.url(0, '/?action=snapshot'));
  await using viewer = await watch(pair.url(0, '/?action=stream'));
  await viewer.next('a live frame', isLive);

  assert.deepEqual(picture.size, { width: 1280, height: 720 });
});

test('HEAD never starts a camera', { timeout }, async () => {
  await using pair = await startPair();

  for (const path of ['/', '/stream.mjpg', '/snapshot.jpg']) {
    const response = await fetch(pair.url(0, path), { method: 'HEAD' });
    assert.equal(response.status, 200, path);
  }

  const after = await pair.status(0);
  assert.equal(after.state, 'idle');
  assert.equal(after.stills.taken, 0);
});
