import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FakeCapture, startFakeCapture } from '../testing/fake-capture.ts';
import { readStream, type StreamReader } from '../testing/read-stream.ts';
import { samplePicture } from '../testing/sample-pictures.ts';
import { startWeb } from '../testing/start-web.ts';

const options = { timeout: 30_000 };
const CHROME = 'User-Agent: Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36\r\n';

const kinds = (reader: StreamReader) => reader.parts().map(({ headers }) => headers.get('x-frame-kind'));
const liveParts = (reader: StreamReader) =>
  reader.parts().filter((part) => part.headers.get('x-frame-kind') === 'live');

/** Publishes again and again, as a camera does, until told to stop. */
function film(capture: FakeCapture, pictures: readonly Uint8Array[], intervalMs = 30): () => void {
  let index = 0;
  const timer = setInterval(() => capture.publish(pictures[index++ % pictures.length] ?? Buffer.alloc(0)), intervalMs);
  return () => clearInterval(timer);
}

async function leased(capture: FakeCapture, viewers: number | undefined): Promise<void> {
  while (capture.lease !== viewers) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The camera streams for somebody else, and http-service has heard of it. */
async function streaming(capture: FakeCapture, port: number): Promise<void> {
  capture.setStatus({ state: 'streaming' });
  for (let state = ''; state !== 'streaming'; ) {
    const response = await fetch(`http://127.0.0.1:${port}/status`);
    ({ state } = (await response.json()) as { state: string });
  }
}

test('a plain stream has the fixed head, and parts whose length, time and kind are right', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const picture = await samplePicture();
  const viewer = readStream(web.port);
  await leased(capture, 1);

  capture.publish(picture);
  await viewer.until((reader) => liveParts(reader).length >= 1);

  assert.match(viewer.head(), /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(viewer.head(), /\r\nContent-Type: multipart\/x-mixed-replace; boundary=FRAME\r\n/);
  assert.match(viewer.head(), /\r\nConnection: close\r\n/);
  assert.doesNotMatch(viewer.head(), /transfer-encoding|content-length|x-frame-options|cross-origin-resource/i);
  const [part] = liveParts(viewer);
  assert.deepEqual(part?.body, picture);
  assert.equal(part?.headers.get('content-type'), 'image/jpeg');
  assert.equal(part?.headers.get('content-length'), String(picture.byteLength));
  assert.match(part?.headers.get('x-timestamp') ?? '', /^\d{10}\.\d{6}$/);
  const head = `--FRAME\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.byteLength}\r\nX-Timestamp: `;
  const text = viewer.bytes().toString('latin1');
  assert.ok(text.includes(`${picture.toString('latin1')}\r\n`));
  assert.ok(text.includes(head));
  viewer.close();
});

test('what the ring holds already is the first picture, with the head, if it is live', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const picture = await samplePicture();
  await streaming(capture, web.port);
  capture.publish(picture, { ageMs: 10 });

  const viewer = readStream(web.port);
  await viewer.until((reader) => reader.parts().length >= 1);

  assert.deepEqual(kinds(viewer).slice(0, 1), ['live']);
  assert.deepEqual(viewer.parts()[0]?.body, picture);
  viewer.close();
});

test('a part without a successor is sent twice, and no third time', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const viewer = readStream(web.port);
  await leased(capture, 1);

  capture.publish(await samplePicture());
  await viewer.until((reader) => kinds(reader).includes('held'));

  assert.equal(liveParts(viewer).length, 2);
  viewer.close();
});

test('Chromium gets the next head with each frame, and no lengths', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir, camera: { fps: 0.1 } });
  const [first, second] = [await samplePicture(320, 240, 0), await samplePicture(320, 240, 120)];
  await streaming(capture, web.port);
  capture.publish(first, { ageMs: 10 });
  const viewer = readStream(web.port, '/stream.mjpg', CHROME);
  await leased(capture, 1);
  await viewer.until((reader) => reader.bytes().includes(first));

  capture.publish(second);
  await viewer.until((reader) => reader.bytes().includes(second));

  const next = '\r\n--FRAME\r\nContent-Type: image/jpeg\r\n\r\n';
  const body = viewer
    .bytes()
    .toString('latin1')
    .slice(viewer.head().length + 4);
  const opening = /^--FRAME\r\nContent-Type: image\/jpeg\r\nX-Timestamp: \d+\.\d{6}\r\nX-Frame-Kind: live\r\n\r\n/;
  assert.match(body, opening);
  assert.equal(body.replace(opening, ''), [first.toString('latin1'), next, second.toString('latin1'), next].join(''));
  viewer.close();
});

test('?advance=1 and ?advance=0 win over the User-Agent', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  capture.publish(await samplePicture());
  const advanced = readStream(web.port, '/stream.mjpg?advance=1');
  const plain = readStream(web.port, '/stream.mjpg?advance=0', CHROME);
  const whole = (reader: StreamReader) => reader.bytes().toString('latin1');

  await advanced.until((reader) => whole(reader).includes('\r\n--FRAME\r\nContent-Type: image/jpeg\r\n\r\n'));
  await plain.until((reader) => reader.parts().length >= 1);

  assert.doesNotMatch(whole(advanced), /Content-Length/);
  assert.match(whole(plain), /Content-Length/);
  advanced.close();
  plain.close();
});

test(
  'without frames a viewer sees a placeholder, then live ones, then the last one marked as held',
  options,
  async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });
    const picture = await samplePicture();
    const viewer = readStream(web.port);
    await viewer.until((reader) => reader.parts().length >= 1);
    await leased(capture, 1);

    capture.publish(picture);
    await viewer.until((reader) => kinds(reader).filter((kind) => kind === 'held').length >= 2);

    const seen = kinds(viewer).filter((kind, index, all) => kind !== all[index - 1]);
    assert.deepEqual(seen, ['placeholder', 'live', 'held']);
    const last = viewer.parts().at(-1);
    assert.notDeepEqual(last?.body, picture);
    viewer.close();
  },
);

test('a viewer stays connected while capture dies, and gets live frames of the next one', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const pictures = [await samplePicture(320, 240, 0), await samplePicture(320, 240, 90)];
  const viewer = readStream(web.port);
  await leased(capture, 1);
  let stop = film(capture, pictures);
  await viewer.until((reader) => liveParts(reader).length >= 5);

  stop();
  await capture.die();
  await viewer.until((reader) => kinds(reader).includes('held'));
  const before = liveParts(viewer).length;
  await capture.start();
  await leased(capture, 1);
  stop = film(capture, pictures);
  await viewer.until((reader) => liveParts(reader).length >= before + 3);

  stop();
  viewer.close();
});

test('it may be started before capture', options, async () => {
  await using capture = await startFakeCapture({ isAway: true });
  await using web = await startWeb({ runDir: capture.runDir });
  const viewer = readStream(web.port);
  await viewer.until((reader) => kinds(reader).includes('placeholder'));
  assert.equal(web.camera.status().captureReachable, false);

  await capture.start();
  await leased(capture, 1);
  const stop = film(capture, [await samplePicture()]);
  await viewer.until((reader) => kinds(reader).includes('live'));

  stop();
  viewer.close();
});

test('the lease follows the viewers, and ends with the last one', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const first = readStream(web.port);
  await leased(capture, 1);
  const second = readStream(web.port, '/?action=stream&_=123');
  await leased(capture, 2);

  first.close();
  await leased(capture, 1);
  second.close();
  await leased(capture, undefined);

  assert.deepEqual(capture.calls.at(-1), { method: 'lease.close', params: { camera: 'cam0' } });
});

test('pings are answered', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const viewer = readStream(web.port);
  await leased(capture, 1);

  capture.ping(42);
  while (capture.pongs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

  assert.deepEqual(capture.pongs, [42]);
  viewer.close();
});

test('a viewer that reads nothing costs one frame of memory and harms nobody', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  // A megabyte each: the kernel takes a few of them.
  const picture = await samplePicture();
  const comment = Buffer.from([0xff, 0xfe, 0xff, 0xff]);
  const padding = Array.from({ length: 14 }, () => Buffer.concat([comment, Buffer.alloc(65_533, 0x20)]));
  const large = Buffer.concat([picture.subarray(0, 2), ...padding, picture.subarray(2)]);
  const fast = readStream(web.port);
  const stuck = readStream(web.port);
  stuck.socket.pause();
  await leased(capture, 2);

  for (let index = 1; index <= 40; index++) {
    capture.publish(large);
    await fast.until((reader) => reader.byteLength > index * large.byteLength);
  }

  const { dropped, delivered } = web.camera.counters;
  assert.ok(dropped.busy > 0, `${dropped.busy} dropped`);
  assert.ok(delivered.live >= 40 + 1);
  fast.close();
  stuck.close();
});

test('?fps=5 of 15 gives a third, and others get all', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const fewer = readStream(web.port, '/stream.mjpg?fps=5');
  const all = readStream(web.port);
  await leased(capture, 2);

  const stop = film(capture, [await samplePicture()], 66);
  await all.until((reader) => liveParts(reader).length >= 30);
  stop();

  assert.ok(liveParts(fewer).length <= 16, `${liveParts(fewer).length} of 30`);
  assert.ok(web.camera.counters.dropped.fps >= 14);
  fewer.close();
  all.close();
});

for (const fps of ['0', '16', '-1', 'x', '', '1e1', '0.0']) {
  test(`?fps=${fps} is refused by name`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });

    const response = await fetch(`${web.url}/stream.mjpg?fps=${fps}`);

    assert.equal(response.status, 400);
    assert.match(await response.text(), /^fps=".*": must be a number above 0 and up to 15\n$/);
    assert.equal(capture.lease, undefined);
  });
}

test('HEAD tells the type and starts nothing', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });

  const response = await fetch(`${web.url}/stream.mjpg`, { method: 'HEAD' });

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'multipart/x-mixed-replace; boundary=FRAME');
  assert.deepEqual(
    capture.calls.filter(({ method }) => method.startsWith('lease')),
    [],
  );
});

test('one viewer too many is told when to come back, and status goes on', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir, camera: { maxViewers: 1 } });
  const viewer = readStream(web.port);
  await leased(capture, 1);

  const refused = await fetch(`${web.url}/stream.mjpg`);
  const asked = await fetch(`${web.url}/stream.mjpg`, { method: 'HEAD' });

  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get('retry-after'), '10');
  assert.deepEqual([asked.status, asked.headers.get('retry-after')], [503, '10']);
  assert.equal((await fetch(`${web.url}/status`)).status, 200);
  assert.equal(web.camera.counters.viewersRefused.limit, 1);
  viewer.close();
});

test('a second request behind a stream ends the connection', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  const viewer = readStream(web.port);
  await leased(capture, 1);

  viewer.socket.write('GET /stream.mjpg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');

  await leased(capture, undefined);
  viewer.close();
});

test('closing ends a stream with the closing delimiter', options, async () => {
  await using capture = await startFakeCapture();
  const web = await startWeb({ runDir: capture.runDir });
  const viewer = readStream(web.port);
  await viewer.until((reader) => reader.parts().length >= 1);

  await web[Symbol.asyncDispose]();

  assert.ok(viewer.bytes().toString('latin1').endsWith('\r\n--FRAME--\r\n'));
});
