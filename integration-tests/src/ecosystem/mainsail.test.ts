// As Mainsail does it: a script fetches the stream and cuts pictures out of it by their Content-Length, from another
// origin, and begins anew every ten seconds. Fluidd shows a plain image with `cacheBust`.

import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { startPair } from '../harness/start-pair.ts';
import { ask, isWholeJpeg } from './request.ts';

const timeout = 60_000;
const ORIGIN = 'http://mainsail.local';
const FETCH_OF_CHROME = {
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  Accept: '*/*',
  Origin: ORIGIN,
  Referer: `${ORIGIN}/`,
};

function openAsFetch(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { headers: FETCH_OF_CHROME, agent: false }, resolve).once('error', reject);
  });
}

/**
 * A reader of the kind that Mainsail has: everything up to SOI is headers, then Content-Length bytes are the picture, which
 * is shown when one more byte has arrived.
 */
async function readByLength(response: IncomingMessage, count: number): Promise<Buffer[]> {
  const pictures: Buffer[] = [];
  let bytes = Buffer.alloc(0);
  for await (const chunk of response) {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const start = bytes.indexOf(Buffer.from([0xff, 0xd8]));
      if (start === -1) break;
      const length = Number(/content-length: *(\d+)/i.exec(bytes.subarray(0, start).toString('latin1'))?.[1]);
      assert.ok(length > 0, 'a part has no Content-Length: Mainsail would stop here');
      if (bytes.length <= start + length) break;
      pictures.push(bytes.subarray(start, start + length));
      bytes = bytes.subarray(start + length);
    }
    if (pictures.length >= count) break;
  }
  response.destroy();
  return pictures;
}

test('the script of Mainsail finds whole pictures by their Content-Length, in Chrome too', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1, env: { allow_origin: ORIGIN } });

  const response = await openAsFetch(pair.url(0, `/?action=stream&timestamp=${Date.now()}`));
  const pictures = await readByLength(response, 8);

  assert.equal(response.headers['access-control-allow-origin'], ORIGIN);
  assert.equal(pictures.length, 8);
  for (const picture of pictures) assert.ok(isWholeJpeg(picture));
});

test('its restart every ten seconds costs no start of the camera', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });
  await readByLength(await openAsFetch(pair.url(0, '/?action=stream')), 3);
  const before = await pair.status(0);

  await readByLength(await openAsFetch(pair.url(0, '/?action=stream')), 3);
  const after = await pair.status(0);

  assert.equal(after.pid, before.pid);
  assert.equal(after.restarts.total, 0);
});

test('another origin that was not allowed gets no permission to read', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1, env: { allow_origin: 'http://other.local' } });

  const response = await openAsFetch(pair.url(0, '/?action=stream'));
  response.destroy();

  assert.equal(response.headers['access-control-allow-origin'], undefined);
});

test('the adaptive mode gets one snapshot after the other while a stream runs', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });
  const stream = await openAsFetch(pair.url(0, '/?action=stream'));
  stream.resume();
  await pair.untilStatus(0, 'to stream', ({ state }) => state === 'streaming');

  for (let turn = 0; turn < 10; turn++) {
    const answer = await ask(pair.url(0, `/?action=snapshot&bypassCache=${Date.now()}`), {
      headers: FETCH_OF_CHROME,
      timeoutMs: 10_000,
    });
    assert.equal(answer.status, 200);
    assert.ok(isWholeJpeg(answer.body));
  }
  stream.destroy();
});
