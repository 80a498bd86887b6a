import assert from 'node:assert/strict';
import { unlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import { readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import { RpcError } from '@soft-stream/shared/rpc/rpc-error';
import { type FakeCapture, startFakeCapture } from '../testing/fake-capture.ts';
import { readStream } from '../testing/read-stream.ts';
import { samplePicture } from '../testing/sample-pictures.ts';
import { startWeb } from '../testing/start-web.ts';

const options = { timeout: 30_000 };
const stills = (capture: FakeCapture) => capture.calls.filter(({ method }) => method === 'still');
const sizeOf = async (response: Response) => readJpegSize(Buffer.from(await response.arrayBuffer()));

async function leased(capture: FakeCapture, viewers: number | undefined): Promise<void> {
  while (capture.lease !== viewers) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('an idle camera takes a still, and opens no lease', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await reached(web);
  const picture = await samplePicture(800, 600);
  capture.onStill(() => picture);
  const beforeS = Date.now() / 1000;

  const response = await fetch(`${web.url}/snapshot.jpg?_=17`);

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'image/jpeg');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.equal(response.headers.get('x-frame-kind'), 'live');
  assert.match(response.headers.get('x-timestamp') ?? '', /^\d+\.\d{6}$/);
  assert.ok(Number(response.headers.get('x-timestamp')) >= beforeS - 1);
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), picture);
  assert.deepEqual(stills(capture), [{ method: 'still', params: { camera: 'cam0', full: false, notBeforeMs: 0 } }]);
  assert.equal(capture.lease, undefined);
});

test('a still is read from shared memory whose name was deleted', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await reached(web);
  const picture = await samplePicture(80, 60);
  capture.onStill(() => picture);
  unlinkSync(capture.objectPath);

  const response = await fetch(`${web.url}/snapshot.jpg`);

  assert.equal(response.status, 200);
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), picture);
});

test('why a picture cannot be read is told as it is: deleted, or of another kind', options, async () => {
  await using capture = await startFakeCapture();
  const picture = await samplePicture(80, 60);
  capture.onStill(() => picture);
  const snapshotText = async () => {
    await using web = await startWeb({ runDir: capture.runDir });
    await reached(web);
    const response = await fetch(`${web.url}/snapshot.jpg`);
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '1');
    return response.text();
  };

  // Without its magic.
  writeFileSync(capture.objectPath, Buffer.alloc(16), { flag: 'r+' });
  assert.match(await snapshotText(), /does not hold frames of this version/);
  unlinkSync(capture.objectPath);
  assert.match(await snapshotText(), /was deleted; capture-service will recreate it/);
  writeFileSync(capture.objectPath, Buffer.alloc(8192));
  assert.match(await snapshotText(), /does not hold frames of this version/);
  unlinkSync(capture.objectPath);
});

const scaled: readonly (readonly [string, number, number])[] = [
  ['width=400', 400, 300],
  ['height=60', 80, 60],
  ['width=400&height=60', 80, 60],
  ['width=16384', 800, 600],
  ['width=800', 800, 600],
  ['quality=10', 800, 600],
  ['width=1', 1, 1],
];
for (const [query, width, height] of scaled) {
  test(`?${query} of 800x600 is ${width}x${height}`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });
    await reached(web);
    const picture = await samplePicture(800, 600);
    capture.onStill(() => picture);

    const response = await fetch(`${web.url}/snapshot.jpg?${query}`);

    assert.equal(response.status, 200);
    assert.deepEqual(await sizeOf(response), { width, height });
  });
}

for (const query of ['width=100000', 'width=0', 'quality=101', 'full=maybe', 'max_age=-1', 'fresh=2', 'height=1.5']) {
  test(`?${query} is refused by name, and asks nothing of capture`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });

    const response = await fetch(`${web.url}/?action=snapshot&${query}`);

    assert.equal(response.status, 400);
    assert.ok((await response.text()).startsWith(`${query.split('=')[0]}="`));
    assert.equal(stills(capture).length, 0);
  });
}

test('while a stream runs it is the next live frame, captured after the request', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const [old, next] = [await samplePicture(320, 240, 0), await samplePicture(320, 240, 120)];
  const viewer = readStream(web.port);
  await leased(capture, 1);
  capture.publish(old);
  await viewer.until((reader) => reader.bytes().includes(old));

  const answers = ['', '?fresh=0', '?x=1'].map((query) => fetch(`${web.url}/snapshot.jpg${query}`));
  await new Promise((resolve) => setTimeout(resolve, 100));
  capture.publish(old, { ageMs: 60_000 });
  capture.publish(next);

  for (const answer of await Promise.all(answers)) {
    assert.equal(answer.status, 200);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), next);
  }
  assert.equal(stills(capture).length, 0);
  viewer.close();
});

test('the last viewer may leave while a snapshot waits for its frame', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const picture = await samplePicture();
  const viewer = readStream(web.port);
  await leased(capture, 1);
  const answer = fetch(`${web.url}/snapshot.jpg`);
  await new Promise((resolve) => setTimeout(resolve, 100));

  viewer.close();
  await leased(capture, 0);
  capture.publish(picture);

  assert.deepEqual(Buffer.from(await (await answer).arrayBuffer()), picture);
  await leased(capture, undefined);
});

test('concurrent requests of an idle camera share one capture', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await reached(web);
  const picture = await samplePicture();
  let finish: (jpeg: Buffer) => void = () => undefined;
  capture.onStill(() => new Promise((resolve) => (finish = resolve)));

  const answers = Array.from({ length: 10 }, () => fetch(`${web.url}/snapshot.jpg?width=100`));
  while (stills(capture).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 100));
  finish(picture);

  for (const answer of await Promise.all(answers)) assert.deepEqual(await sizeOf(answer), { width: 100, height: 75 });
  assert.equal(stills(capture).length, 1);
});

test('max_age takes what is here when it is young enough', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await reached(web);
  const picture = await samplePicture();
  capture.onStill(() => picture);
  await fetch(`${web.url}/snapshot.jpg`);

  assert.equal((await fetch(`${web.url}/snapshot.jpg?max_age=60000`)).status, 200);
  assert.equal(stills(capture).length, 1);
  assert.equal(web.camera.counters.snapshots.cached, 1);

  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal((await fetch(`${web.url}/snapshot.jpg?max_age=1`)).status, 200);
  assert.equal(stills(capture).length, 2);
});

test('full=1 asks for a full still also while a stream runs, but not for pages of other sites', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const picture = await samplePicture(1600, 1200);
  capture.onStill(() => picture);
  const viewer = readStream(web.port);
  await leased(capture, 1);

  const refused = await fetch(`${web.url}/snapshot.jpg?full=1`, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
  const response = await fetch(`${web.url}/snapshot.jpg?full=1`);

  assert.equal(refused.status, 403);
  assert.deepEqual(await sizeOf(response), { width: 1600, height: 1200 });
  assert.deepEqual(
    stills(capture).map(({ params }) => params),
    [{ camera: 'cam0', full: true, notBeforeMs: 0 }],
  );
  viewer.close();
});

test('fresh=1 asks for an exposure after the request', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await reached(web);
  const picture = await samplePicture();
  capture.onStill(() => picture);
  const beforeMs = Number(process.hrtime.bigint()) / 1e6;

  assert.equal((await fetch(`${web.url}/snapshot.jpg?fresh=1`)).status, 200);

  const params = stills(capture)[0]?.params as { notBeforeMs: number } | undefined;
  assert.ok((params?.notBeforeMs ?? 0) >= beforeMs);
});

test('idle_snapshot=stream starts the stream for a moment, and nobody counts as viewer', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir, camera: { idleSnapshot: 'stream' } });
  await reached(web);
  const picture = await samplePicture();

  const answer = fetch(`${web.url}/snapshot.jpg`);
  await leased(capture, 0);
  capture.publish(picture);

  assert.deepEqual(Buffer.from(await (await answer).arrayBuffer()), picture);
  await leased(capture, undefined);
  assert.equal(stills(capture).length, 0);
});

const refusals: readonly (readonly [number, number, string | null, number | undefined])[] = [
  [RPC_ERRORS.cameraAbsent, 503, '5', undefined],
  [RPC_ERRORS.heldOff, 503, '5', undefined],
  [RPC_ERRORS.captureFailed, 503, '12', 11_100],
  [RPC_ERRORS.rateLimited, 429, '30', 29_500],
  [RPC_ERRORS.refused, 503, '5', undefined],
];
for (const [code, status, retryAfter, retryAfterMs] of refusals) {
  test(
    `refusal ${code} of capture becomes ${status} with Retry-After and the reason, without paths`,
    options,
    async () => {
      await using capture = await startFakeCapture();
      await using web = await startWeb({ runDir: capture.runDir });
      await reached(web);
      capture.onStill(() => {
        throw new RpcError(code, 'open /dev/media3 failed', retryAfterMs === undefined ? undefined : { retryAfterMs });
      });

      const response = await fetch(`${web.url}/snapshot.jpg`, { headers: { Accept: 'application/json' } });

      assert.equal(response.status, status);
      assert.equal(response.headers.get('retry-after'), retryAfter);
      assert.equal(((await response.json()) as { message: string }).message, 'open media3 failed');
    },
  );
}

test('a camera that cannot stream now says so at once, whoever watches', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const viewer = readStream(web.port);
  await leased(capture, 1);
  capture.publish(await samplePicture());
  const answer = fetch(`${web.url}/snapshot.jpg`);

  capture.setStatus({ state: 'failed', cause: 'no cameras available', nextTryAtMs: Date.now() + 30_000 });

  const response = await answer;
  if (response.status === 503) {
    assert.match(await response.text(), /^Camera failed: no cameras available · next try in (30|29) s\n$/);
    assert.ok(Number(response.headers.get('retry-after')) > 20);
  } else assert.equal(response.status, 200);
  assert.equal((await fetch(`${web.url}/snapshot.jpg`)).status, 503);
  viewer.close();
});

test('without capture it is 503 with Retry-After', options, async () => {
  await using capture = await startFakeCapture({ isAway: true });
  await using web = await startWeb({ runDir: capture.runDir });

  const response = await fetch(`${web.url}/snapshot.jpg`);

  assert.equal(response.status, 503);
  assert.equal(response.headers.get('retry-after'), '2');
});

test('HEAD tells the type and takes nothing', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await reached(web);

  const response = await fetch(`${web.url}/snapshot.jpg`, { method: 'HEAD' });

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'image/jpeg');
  assert.equal(capture.calls.length, 0);
});

async function reached(web: { camera: { status(): { captureReachable: boolean } } }): Promise<void> {
  while (!web.camera.status().captureReachable) await new Promise((resolve) => setTimeout(resolve, 5));
}
