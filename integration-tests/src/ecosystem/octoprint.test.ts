// As OctoPrint does it: the browser shows the stream in an image with a cache buster behind the address, the server
// fetches snapshots with python-requests and wants an image within its time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPair } from '../harness/start-pair.ts';
import { openStream } from '../viewer/read-stream.ts';
import { ask, isWholeJpeg } from './request.ts';

const timeout = 60_000;
const SNAPSHOT_TIMEOUT_MS = 10_000;
const REQUESTS = {
  'User-Agent': 'python-requests/2.32.3',
  'Accept-Encoding': 'gzip, deflate',
  Accept: '*/*',
  Connection: 'keep-alive',
};
const IMAGE_OF_CHROME = {
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  Accept: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
};

test('a snapshot of a resting camera comes within the time that our recipe gives it', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });

  const answer = await ask(pair.url(0, '/?action=snapshot'), { headers: REQUESTS, timeoutMs: SNAPSHOT_TIMEOUT_MS });

  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'image/jpeg');
  assert.ok(isWholeJpeg(answer.body));
});

test('the test button of the settings, which may ask HEAD first, is content and starts no camera', {
  timeout,
}, async () => {
  await using pair = await startPair({ cameras: 1 });

  for (const action of ['stream', 'snapshot']) {
    const answer = await ask(pair.url(0, `/?action=${action}`), {
      method: 'HEAD',
      headers: REQUESTS,
      timeoutMs: 5_000,
    });
    assert.equal(answer.status, 200, action);
  }

  assert.equal((await pair.status(0)).state, 'idle');
});

test('the stream with a cache buster is a stream, in the form that Chromium paints at once', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });

  const stream = await openStream(pair.url(0, `/?action=stream&${Date.now()}`), { headers: IMAGE_OF_CHROME });
  let live = 0;
  for await (const part of stream) {
    assert.ok(isWholeJpeg(part.body));
    if (part.kind === 'live') live++;
    if (live === 5) break;
  }
  stream.close();

  assert.match(
    stream.response.headers['content-type'] ?? '',
    /^multipart\/x-mixed-replace; ?boundary=boundarydonotcross$/,
  );
  assert.equal(live, 5);
});

test('snapshots of a timelapse during a stream are whole and each newer than the last', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });
  const stream = await openStream(pair.url(0, '/?action=stream'));
  for await (const part of stream) if (part.kind === 'live') break;
  const times: number[] = [];

  for (let layer = 0; layer < 5; layer++) {
    const answer = await ask(pair.url(0, '/?action=snapshot'), { headers: REQUESTS, timeoutMs: SNAPSHOT_TIMEOUT_MS });
    assert.ok(isWholeJpeg(answer.body));
    times.push(Number(answer.headers['x-timestamp']));
  }
  stream.close();

  assert.deepEqual(times, [...new Set(times)].sort());
});

test('credentials that somebody left in the settings do no harm', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });
  const headers = { ...REQUESTS, Authorization: `Basic ${Buffer.from('pi:raspberry').toString('base64')}` };

  const answer = await ask(pair.url(0, '/?action=snapshot'), { headers, timeoutMs: SNAPSHOT_TIMEOUT_MS });

  assert.equal(answer.status, 200);
});
