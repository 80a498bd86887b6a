import assert from 'node:assert/strict';
import { get } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import { type FakeCapture, startFakeCapture } from '../testing/fake-capture.ts';
import { samplePicture } from '../testing/sample-pictures.ts';
import { openWallClient, startWall } from '../testing/start-wall.ts';
import { startWeb, type Web } from '../testing/start-web.ts';
import { MAX_WALLS } from './wall.ts';

const options = { timeout: 30_000 };

async function reached(web: Web): Promise<void> {
  while (!web.camera.status().captureReachable) await sleep(5);
}

async function untilLease(capture: FakeCapture, viewers: number | undefined): Promise<void> {
  while (capture.lease !== viewers) await sleep(5);
}

const isPicture = ({ type }: Record<string, unknown>) => type === 'picture';

test('a wall shows the last picture of a camera that rests, and wakes nobody', options, async () => {
  await using capture = await startFakeCapture();
  capture.publish(await samplePicture(1280, 720), { ageMs: 60_000 });
  await using web = await startWeb({ runDir: capture.runDir });
  await using served = await startWall([web.camera]);
  await reached(web);
  await using client = await openWallClient(served.url);

  assert.equal(await client.say({ cameras: ['cam0'], width: 320 }), 204);
  const picture = await client.next(isPicture);
  await sleep(100);

  assert.equal(picture['camera'], 'cam0');
  const ageMs = Number(picture['sentMs']) - Number(picture['capturedMs']);
  assert.ok(ageMs >= 60_000, `${ageMs} ms old`);
  assert.equal(capture.lease, undefined);
  assert.ok(!capture.calls.some(({ method }) => method === 'lease.open' || method === 'still'));
});

test(
  'pictures of a camera that streams for others come once an interval, until it is out of view',
  options,
  async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });
    await using served = await startWall([web.camera], { intervalMs: 500 });
    capture.setStatus({ state: 'streaming' });
    await reached(web);
    const jpeg = await samplePicture(640, 480);
    await using client = await openWallClient(served.url);
    await client.say({ cameras: ['cam0'], width: 320 });
    const publishing = setInterval(() => capture.publish(jpeg), 20);
    try {
      await client.next(isPicture);
      await client.say({});
      const first = await client.next(isPicture);
      await client.say({});
      const second = await client.next(isPicture);
      const betweenMs = Number(second['sentMs']) - Number(first['sentMs']);
      await client.say({ cameras: [] });
      const before = client.records.filter(isPicture).length;
      await sleep(1_200);

      assert.ok(betweenMs >= 400, `${betweenMs} ms`);
      assert.equal(client.records.filter(isPicture).length, before);
    } finally {
      clearInterval(publishing);
    }
  },
);

test('wall_live keeps a camera running while a wall has it in view', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await using served = await startWall([web.camera], { isLive: true });
  await reached(web);
  {
    await using client = await openWallClient(served.url);
    await client.say({ cameras: ['cam0'] });
    await untilLease(capture, 0);
    await client.say({ cameras: [] });
    await untilLease(capture, undefined);
    await client.say({ cameras: ['cam0'] });
    await untilLease(capture, 0);
  }

  await untilLease(capture, undefined);
  assert.equal(served.wall.openCount, 0);
});

test('what has changed of a camera is told', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await using served = await startWall([web.camera]);
  await reached(web);
  await using client = await openWallClient(served.url);

  capture.setStatus({ state: 'failed', cause: 'stalled' });
  const { status } = await client.next(
    ({ type, status }) => type === 'camera' && (status as { state: string }).state === 'failed',
  );

  assert.deepEqual(status, {
    state: 'failed',
    unknownState: null,
    cause: 'stalled',
    captureReachable: true,
    viewers: 0,
  });
});

test('what a wall says is refused from pages of other sites, and without a wall', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await using served = await startWall([web.camera]);
  await using client = await openWallClient(served.url);
  const post = (path: string, body: string) => fetch(`${served.url}${path}`, { method: 'POST', body });

  assert.equal(await client.say({}, { Origin: served.url }), 204);
  assert.equal(await client.say({}, { Origin: 'http://evil.example' }), 403);
  assert.equal(await client.say({}, { 'Sec-Fetch-Site': 'cross-site' }), 403);
  assert.equal((await post(`/walls/${client.session}`, '{"received":"x"}')).status, 400);
  assert.equal((await post(`/walls/${client.session}`, `"${'x'.repeat(60_000)}"`)).status, 413);
  assert.equal((await post('/walls/0123456789abcdef', '{"received":1}')).status, 404);
  assert.equal((await post('/pictures', '')).status, 405);
});

test('a Host that is not ours is refused before anything is opened', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await using served = await startWall([web.camera]);

  const status = await new Promise((resolve) => {
    get(`${served.url}/pictures`, { headers: { Host: 'evil.example' } }, ({ statusCode }) => resolve(statusCode));
  });

  assert.equal(status, 421);
  assert.equal(served.wall.openCount, 0);
});

test('no more walls than there may be; the next one is told to come again', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await using served = await startWall([web.camera]);
  const ending = new AbortController();
  const open = () => fetch(`${served.url}/pictures`, { signal: ending.signal });
  // Kept: an answer that nobody refers to is ended by fetch itself.
  const answers: Response[] = [];
  for (let count = 0; count < MAX_WALLS; count++) answers.push(await open());
  assert.ok(answers.every(({ status }) => status === 200));

  const refused = await open();

  assert.equal(refused.status, 503);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.equal((await fetch(`${served.url}/`)).status, 200, 'pages still load');
  ending.abort();
  while (served.wall.openCount > 0) await sleep(5);
});

test('one picture of a camera, without a wall: the newest there is, with its time', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await using served = await startWall([web.camera]);
  const none = await fetch(`${served.url}/cameras/cam0/picture.jpg`);
  capture.publish(await samplePicture(1280, 720), { ageMs: 60_000 });

  const some = await fetch(`${served.url}/cameras/cam0/picture.jpg?width=320`);

  assert.equal(none.status, 503);
  assert.equal(some.status, 200);
  assert.ok(Number(some.headers.get('x-timestamp')) <= Date.now() / 1000 - 60);
  assert.deepEqual(readJpegSize(Buffer.from(await some.arrayBuffer())), { width: 320, height: 180 });
  assert.equal((await fetch(`${served.url}/cameras/cam0/picture.jpg?width=321`)).status, 400);
  assert.equal((await fetch(`${served.url}/cameras/cam9/picture.jpg`)).status, 404);
  assert.equal((await fetch(`${served.url}/cameras/__proto__/stream.mjpg`)).status, 404);
});

test('a click is answered by the same stream as the camera has, and counts as a viewer', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await using served = await startWall([web.camera]);
  await reached(web);
  const ending = new AbortController();

  const response = await fetch(`${served.url}/cameras/cam0/stream.mjpg`, { signal: ending.signal });
  await untilLease(capture, 1);

  assert.match(response.headers.get('content-type') ?? '', /^multipart\/x-mixed-replace/);
  ending.abort();
  await untilLease(capture, undefined);
});

test(
  'the page: names are text, nothing inline, addresses relative, and below 60 KB with its files',
  options,
  async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir, camera: { name: '<b>"Voron" & co', group: '<i>Hall' } });
    await using served = await startWall([web.camera]);

    const response = await fetch(`${served.url}/`);
    const html = await response.text();

    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/);
    assert.doesNotMatch(html, /<b>|<i>|<style|\sstyle=|\son\w+=/);
    const addresses = [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map((match) => match[1] ?? '');
    for (const address of addresses) assert.doesNotMatch(address, /^\/|^https?:/, address);
    let bytes = html.length;
    const files = new Set(['portal/wall/wall.js', 'portal/style.css', 'portal/wall/wall.css']);
    for (const path of files) {
      const text = await (await fetch(`${served.url}/${path}`)).text();
      bytes += text.length;
      for (const [, name = ''] of text.matchAll(/from '([^']+)'/g)) {
        files.add(new URL(name, `${served.url}/${path}`).pathname.slice(1));
      }
    }
    assert.ok(files.has('portal/format.js') && files.size >= 10, [...files].join());
    assert.ok(bytes < 60_000, `${bytes} bytes`);
  },
);
