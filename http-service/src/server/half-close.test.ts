// A client that ends its side of the connection behind its request (`printf ... | nc -N`, small libraries) still reads.

import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { startFakeCapture } from '../testing/fake-capture.ts';
import { samplePicture } from '../testing/sample-pictures.ts';
import { startWeb, type Web } from '../testing/start-web.ts';

const options = { timeout: 30_000 };

interface HalfClosed {
  readonly socket: Socket;
  text(): string;
  /** until the server ends it as well */
  readonly whole: Promise<string>;
}

function askAndEnd(web: Web, ...requestLines: readonly string[]): HalfClosed {
  const chunks: Buffer[] = [];
  const socket = connect({ port: web.port, host: '127.0.0.1', allowHalfOpen: true });
  const text = () => Buffer.concat(chunks).toString('latin1');
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined);
  const whole = new Promise<string>((resolve) => socket.once('end', () => resolve(text())));
  socket.end(requestLines.map((line) => `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`).join(''));
  return { socket, text, whole };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}

for (const [request, status] of [
  ['GET /', 200],
  ['GET /status', 200],
  ['GET /healthz', 200],
  ['GET /metrics', 200],
  ['GET /webrtc', 200],
  ['GET /portal/style.css', 200],
  ['GET /?action=nothing', 404],
  ['POST /autofocus', 202],
  ['HEAD /snapshot.jpg', 200],
  ['OPTIONS /stream.mjpg', 200],
] as const) {
  test(`${request} is answered, and the connection ends`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });
    await until(() => web.camera.status().captureReachable);
    capture.onAutofocus(() => ({ joined: false }));

    const { whole, socket } = askAndEnd(web, request);

    assert.match(await whole, new RegExp(`^HTTP/1\\.1 ${status} `));
    socket.destroy();
  });
}

test('a snapshot that takes its time is answered whole', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir, camera: { idleSnapshot: 'stream' } });
  await until(() => web.camera.status().captureReachable);
  const picture = await samplePicture();

  const { whole, socket } = askAndEnd(web, 'GET /snapshot.jpg');
  await until(() => capture.lease !== undefined);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const timer = setInterval(() => capture.publish(picture), 30);
  const text = await whole;
  clearInterval(timer);

  assert.match(text, /^HTTP\/1\.1 200 /);
  assert.ok(text.endsWith(picture.toString('latin1')));
  socket.destroy();
});

test('requests behind each other are answered all', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });

  const { whole, socket } = askAndEnd(web, ...Array.from({ length: 4 }, () => 'GET /healthz'));

  assert.equal((await whole).match(/HTTP\/1\.1 200 /g)?.length, 4);
  socket.destroy();
});

for (const target of ['/stream.mjpg', '/?action=stream']) {
  test(`${target} goes on until the viewer is gone for good, and then frees the camera`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });
    const picture = (await samplePicture()).toString('latin1');
    const viewer = askAndEnd(web, `GET ${target}`);
    await until(() => capture.lease === 1);

    for (let count = 1; count <= 3; count++) {
      capture.publish(Buffer.from(picture, 'latin1'));
      await until(() => viewer.text().split(picture).length > count);
    }
    viewer.socket.destroy();

    await until(() => capture.lease === undefined);
    assert.equal(web.camera.viewerCount, 0);
  });
}

test('events go on', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await until(() => web.camera.status().captureReachable);

  const { text, socket } = askAndEnd(web, 'GET /events');
  await until(() => text().includes('event: status'));
  capture.setStatus({ state: 'absent' });
  await until(() => text().includes('"state":"absent"'));

  socket.destroy();
});

test('who says nothing and ends is let go', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });

  const { whole, socket } = askAndEnd(web);

  assert.equal(await whole, '');
  socket.destroy();
});
