// As Home Assistant does it: aiohttp fetches stills with ten seconds of patience, without a still address it cuts the
// first SOI to EOI out of the stream; REST sensors read /status, a REST command posts /autofocus.

import assert from 'node:assert/strict';
import { get } from 'node:http';
import { test } from 'node:test';
import { startPair } from '../harness/start-pair.ts';
import { ask, isWholeJpeg } from './request.ts';

const timeout = 60_000;
const PATIENCE_MS = 10_000;
const AIOHTTP = {
  'User-Agent': 'HomeAssistant/2026.11.1 aiohttp/3.13.2 Python/3.13',
  Accept: '*/*',
  'Accept-Encoding': 'gzip, deflate, br',
  Authorization: `Basic ${Buffer.from('ha:secret').toString('base64')}`,
};

test('a still of a resting camera comes in time and in the width asked for', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });

  const answer = await ask(pair.url(0, '/snapshot.jpg?width=640&max_age=10000'), {
    headers: AIOHTTP,
    timeoutMs: PATIENCE_MS,
  });

  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'image/jpeg');
  assert.ok(isWholeJpeg(answer.body));
});

test('with max_age several screens share one picture', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });
  const url = pair.url(0, '/snapshot.jpg?max_age=10000');

  const first = await ask(url, { headers: AIOHTTP, timeoutMs: PATIENCE_MS });
  const second = await ask(url, { headers: AIOHTTP, timeoutMs: PATIENCE_MS });

  assert.equal(second.headers['x-timestamp'], first.headers['x-timestamp']);
  assert.equal((await pair.status(0)).stills.taken, 1);
});

test('the first SOI to EOI of the stream is a whole picture', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });

  const picture = await new Promise<Buffer>((resolve, reject) => {
    const request = get(pair.url(0, '/stream.mjpg'), { headers: AIOHTTP, agent: false }, (response) => {
      let bytes = Buffer.alloc(0);
      response.on('data', (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        const end = bytes.indexOf(Buffer.from([0xff, 0xd9]));
        if (end === -1) return;
        request.destroy();
        resolve(bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0xd8])), end + 2));
      });
    });
    request.once('error', reject);
  });

  assert.ok(isWholeJpeg(picture));
  assert.ok(picture.length > 2_000, `${picture.length} bytes`);
});

test('its check of the address at set-up, a stream opened and left at once, leaves nothing running', {
  timeout,
}, async () => {
  await using pair = await startPair({ cameras: 1, env: { cam0_linger: '1' } });

  await new Promise<void>((resolve, reject) => {
    get(
      pair.url(0, '/stream.mjpg'),
      { headers: { 'User-Agent': 'python-requests/2.32.5' }, agent: false },
      (response) => {
        response.destroy();
        resolve();
      },
    ).once('error', reject);
  });

  const status = await pair.untilStatus(0, 'to rest', ({ state, viewers }) => state === 'idle' && viewers === 0);
  assert.equal(status.leases, 0);
});

test('the sensors of the recipe find what they read, and reading starts no camera', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });

  const answer = await ask(pair.url(0, '/status'), { headers: AIOHTTP, timeoutMs: PATIENCE_MS });
  const status = JSON.parse(answer.body.toString());

  assert.match(answer.headers['content-type'] ?? '', /^application\/json/);
  assert.equal(status.state, 'idle');
  assert.equal(status.captureReachable, true);
  for (const field of ['cause', 'viewers', 'restarts', 'autofocus', 'fps']) assert.ok(field in status, field);
});

test('the REST command is answered, though this camera has no autofocus', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });

  const answer = await ask(pair.url(0, '/autofocus'), { method: 'POST', headers: AIOHTTP, timeoutMs: PATIENCE_MS });

  assert.ok(answer.status !== undefined && answer.status >= 400 && answer.status < 500, String(answer.status));
});
