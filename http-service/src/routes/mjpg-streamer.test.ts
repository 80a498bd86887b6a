import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeCapture } from '../testing/fake-capture.ts';
import { readStream } from '../testing/read-stream.ts';
import { samplePicture } from '../testing/sample-pictures.ts';
import { startWeb, type Web } from '../testing/start-web.ts';
import { parseAction } from './mjpg-streamer.ts';

const options = { timeout: 30_000 };

const table: readonly (readonly [string, 'stream' | 'snapshot' | undefined])[] = [
  ['stream', 'stream'],
  ['snapshot', 'snapshot'],
  ['stream_0', 'stream'],
  ['snapshot_0', 'snapshot'],
  ['stream?dummy=param.mjpg', 'stream'],
  ['snapshot_0?x', 'snapshot'],
  ['STREAM', 'stream'],
  ['stream/', 'stream'],
  ['stream_1', undefined],
  ['streams', undefined],
  ['command', undefined],
  ['take', undefined],
  ['', undefined],
  ['?stream', undefined],
];
for (const [value, action] of table) {
  test(`action=${value} is ${action ?? 'unknown'}`, { timeout: 5_000 }, () => {
    assert.equal(parseAction(value), action);
  });
}

for (const target of [
  '/?action=',
  '/?action',
  '/?action=command&dest=0',
  '/?action=stream_1',
  '/?ACTION=x',
  '//?action=x',
]) {
  test(`${target} is answered in plain text with what there is, whatever is accepted`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });

    for (const accept of ['*/*', 'text/html', 'application/json']) {
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
        const response = await fetch(`${web.url}${target}`, { method, headers: { Accept: accept } });
        const text = await response.text();

        assert.equal(response.status, 404, method);
        assert.match(response.headers.get('content-type') ?? '', /^text\/plain/);
        if (method !== 'HEAD') assert.match(text, /action=stream .*action=snapshot/);
      }
    }
  });
}

for (const target of [
  '/?action=stream?dummy=param.mjpg',
  '/?action=stream_0',
  '/?ACTION=stream',
  '/?action=stream&action=snapshot',
  '//?action=stream',
]) {
  test(`${target} is the stream, with the boundary of mjpg-streamer`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });
    const picture = await samplePicture();
    const viewer = readStream(web.port, target, '', 'boundarydonotcross');
    while (capture.lease !== 1) await new Promise((resolve) => setTimeout(resolve, 5));

    capture.publish(picture);
    const live = () => viewer.parts().find(({ headers }) => headers.get('x-frame-kind') === 'live');
    await viewer.until(() => live() !== undefined);

    assert.match(viewer.head(), /\r\nContent-Type: multipart\/x-mixed-replace; boundary=boundarydonotcross\r\n/);
    assert.deepEqual(live()?.body, picture);
    assert.equal(live()?.headers.get('content-length'), String(picture.byteLength));
    assert.doesNotMatch(viewer.bytes().toString('latin1'), /--FRAME/);
    viewer.close();
  });
}

test('Chromium has the boundary of mjpg-streamer under that name too, to the end', options, async () => {
  await using capture = await startFakeCapture();
  const web = await startWeb({ runDir: capture.runDir });
  const [first, second] = [await samplePicture(320, 240, 0), await samplePicture(320, 240, 120)];
  const viewer = readStream(web.port, '/?action=stream&advance=1');
  const plain = readStream(web.port, '/?action=stream');
  while (capture.lease !== 2) await new Promise((resolve) => setTimeout(resolve, 5));
  capture.publish(first);
  await viewer.until((reader) => reader.bytes().includes(first));
  capture.publish(second);
  await viewer.until((reader) => reader.bytes().includes(second));
  await plain.until((reader) => reader.bytes().includes(second));

  await web[Symbol.asyncDispose]();

  const text = viewer.bytes().toString('latin1');
  assert.ok(text.includes(`${second.toString('latin1')}\r\n--boundarydonotcross\r\nContent-Type: image/jpeg\r\n\r\n`));
  assert.doesNotMatch(text, /--FRAME/);
  assert.ok(plain.bytes().toString('latin1').endsWith('\r\n--boundarydonotcross--\r\n'));
});

const snapshots = [
  '/?action=snapshot_0',
  '/?action=snapshot?x=1.jpg',
  '/?Action=SNAPSHOT',
  '/snapshot',
  '/SNAPSHOT.JPG/',
];
for (const target of snapshots) {
  test(`${target} is the snapshot`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });

    const response = await fetch(`${web.url}${target}`, { method: 'HEAD' });

    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'image/jpeg');
  });
}

/** Every way to write the names of the pictures. */
const PICTURES = [
  '/stream.mjpg',
  '/STREAM.MJPG',
  '/stream.mjpg/',
  '//stream.mjpg',
  '/%73tream.mjpg',
  '/stream',
  '/Stream/',
  '/snapshot.jpg',
  '/snapshot',
  '//snapshot.jpg//',
  '/?action=stream',
  '//?action=snapshot_0',
  '/?ACTION=Snapshot',
];
for (const target of PICTURES) {
  test(`${target} carries what allow_origin opens, and its preflight is answered`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir, app: { allowOrigin: ['http://dash.local'] } });
    const ask = (method: string) => fetch(`${web.url}${target}`, { method, headers: { Origin: 'http://dash.local' } });

    const [head, preflight] = [await ask('HEAD'), await ask('OPTIONS')];

    assert.equal(head.status, 200);
    assert.match(head.headers.get('content-type') ?? '', /^(image\/jpeg|multipart\/x-mixed-replace; boundary=.*)$/);
    assert.equal(head.headers.get('access-control-allow-origin'), 'http://dash.local');
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'http://dash.local');
    assert.deepEqual(leases(capture), []);
  });
}

test('a wrong method on a name of mjpg-streamer is told which are allowed', options, async () => {
  await using capture = await startFakeCapture();
  await using web: Web = await startWeb({ runDir: capture.runDir });

  const response = await fetch(`${web.url}/?action=stream`, { method: 'POST' });

  assert.equal(response.status, 405);
  assert.equal(response.headers.get('allow'), 'HEAD, GET');
});

function leases(capture: { readonly calls: readonly { readonly method: string }[] }): unknown[] {
  return capture.calls.filter(({ method }) => method.startsWith('lease'));
}
