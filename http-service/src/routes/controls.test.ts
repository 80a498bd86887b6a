// `/controls` on a real server, with capture-service played by a real socket that notes what it was asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeCapture } from '../testing/fake-capture.ts';
import { startWeb } from '../testing/start-web.ts';

const timeout = 20_000;
const JSON_TYPE = { 'Content-Type': 'application/json' };

async function bench() {
  const capture = await startFakeCapture();
  const web = await startWeb({ runDir: capture.runDir });
  return {
    asked: () => capture.calls.filter(({ method }) => method.startsWith('controls')),
    ask: (method: string, init: RequestInit = {}, query = '') =>
      fetch(`${web.url}/controls${query}`, {
        method,
        ...init,
        headers: { Accept: 'application/json', ...(init.headers as Record<string, string> | undefined) },
      }),
    async [Symbol.asyncDispose]() {
      await web[Symbol.asyncDispose]();
      await capture[Symbol.asyncDispose]();
    },
  };
}

test('GET passes on what capture answers, and nobody keeps it', { timeout }, async () => {
  await using web = await bench();

  const response = await web.ask('GET');

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('Cache-Control'), 'no-store');
  assert.deepEqual(await response.json(), { version: 1, camera: 'cam0', controls: [] });
});

test('PATCH asks capture once for all values', { timeout }, async () => {
  await using web = await bench();

  const values = { brightness: 0.2, rotation: '180', hflip: true };
  const response = await web.ask('PATCH', { headers: JSON_TYPE, body: JSON.stringify(values) });

  assert.equal(response.status, 200);
  assert.deepEqual(web.asked(), [{ method: 'controls.set', params: { camera: 'cam0', values } }]);
});

test('DELETE gives back one control or all of them', { timeout }, async () => {
  await using web = await bench();

  assert.equal((await web.ask('DELETE', {}, '?name=brightness')).status, 200);
  assert.equal((await web.ask('DELETE')).status, 200);

  assert.deepEqual(
    web.asked().map(({ params }) => params),
    [
      { camera: 'cam0', name: 'brightness' },
      { camera: 'cam0', name: null },
    ],
  );
});

test('what is no set of values is refused before capture hears of it', { timeout }, async () => {
  await using web = await bench();
  const table: readonly (readonly [number, RequestInit])[] = [
    [400, { headers: JSON_TYPE, body: '{}' }],
    [400, { headers: JSON_TYPE, body: '{' }],
    [400, { headers: JSON_TYPE, body: '[1]' }],
    [400, { headers: JSON_TYPE, body: '{"brightness":[1]}' }],
    [400, { headers: JSON_TYPE, body: '{"brightness":null}' }],
    [413, { headers: JSON_TYPE, body: JSON.stringify({ text: 'x'.repeat(5_000) }) }],
    [415, { body: '{"brightness":1}' }],
    [403, { headers: { ...JSON_TYPE, Origin: 'http://evil.example' }, body: '{"brightness":1}' }],
    [403, { headers: { ...JSON_TYPE, 'Sec-Fetch-Site': 'cross-site' }, body: '{"brightness":1}' }],
  ];

  for (const [status, init] of table)
    assert.equal((await web.ask('PATCH', init)).status, status, `${init.body} ${JSON.stringify(init.headers)}`);
  assert.equal((await web.ask('DELETE', { headers: { Origin: 'http://evil.example' } })).status, 403);
  assert.equal((await web.ask('DELETE', {}, '?name=a&name=b')).status, 400);

  assert.deepEqual(web.asked(), []);
});
