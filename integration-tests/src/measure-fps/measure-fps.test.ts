import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runProgram } from '../harness/run-program.ts';
import { startPair } from '../harness/start-pair.ts';

const timeout = 60_000;

const measure = (...args: string[]) => runProgram(process.execPath, [join(import.meta.dirname, 'main.js'), ...args]);

/** A server whose stream is written by the test, part by part. */
async function streamServer(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}/stream.mjpg`;
}

function part(kind: string, timestamp: string): string {
  return `--FRAME\r\nContent-Type: image/jpeg\r\nContent-Length: 4\r\nX-Timestamp: ${timestamp}\r\nX-Frame-Kind: ${kind}\r\n\r\nJPEG\r\n`;
}

const STREAM_HEAD = { 'Content-Type': 'multipart/x-mixed-replace; boundary=FRAME' };

test('it counts live frames once; placeholders, held and repeated parts are told apart', { timeout }, async (t) => {
  const address = await streamServer(t, (_, response) => {
    response.writeHead(200, STREAM_HEAD);
    const parts = [
      ['placeholder', '1.000000'],
      ['live', '2.000000'],
      ['live', '2.000000'],
      ['live', '2.100000'],
      ['held', '2.100000'],
      ['live', '2.200000'],
    ] as const;
    response.write(parts.map(([kind, timestamp]) => part(kind, timestamp)).join(''));
  });

  const { code, stdout, stderr } = await measure(`http://${address}`, '--frames', '3', '--json');

  assert.equal(code, 0, stderr);
  const result = JSON.parse(stdout);
  assert.equal(result.frames, 3);
  assert.deepEqual(result.notCounted, { held: 1, placeholder: 1, repeated: 1 });
});

test('too few frames in time is 1, and says how many came', { timeout }, async (t) => {
  const address = await streamServer(t, (_, response) => {
    response.writeHead(200, STREAM_HEAD);
    response.write(part('live', '1.000000') + part('live', '2.000000'));
  });

  const { code, stdout } = await measure(`http://${address}`, '--frames', '3', '--timeout', '0.3');

  assert.equal(code, 1);
  assert.match(stdout, /frames +2 of 3/);
  assert.match(stdout, /TOO FEW: 0.3 s are over/);
});

test('a stream that ends early is 1', { timeout }, async (t) => {
  const address = await streamServer(t, (_, response) => {
    response.writeHead(200, STREAM_HEAD);
    response.end(part('live', '1.000000'));
  });

  const { code, stdout } = await measure(`http://${address}`, '--frames', '3');

  assert.equal(code, 1);
  assert.match(stdout, /TOO FEW: the server ended the stream/);
});

test('name and password in the URL are sent, and not printed', { timeout }, async (t) => {
  const address = await streamServer(t, ({ headers }, response) => {
    const isRight = headers.authorization === `Basic ${Buffer.from('ann:p@ss').toString('base64')}`;
    response.writeHead(isRight ? 200 : 401, isRight ? STREAM_HEAD : {});
    response.end(isRight ? part('live', '1.000000') + part('live', '2.000000') : 'no');
  });

  const right = await measure(`http://ann:p%40ss@${address}`, '--frames', '2');
  const wrong = await measure(`http://${address}`, '--frames', '2');

  assert.equal(right.code, 0, right.stderr);
  assert.doesNotMatch(right.stdout, /p%40ss|p@ss/);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /401 Unauthorized/);
});

test('no server, no stream and no sense are told in one line each', { timeout }, async (t) => {
  const address = await streamServer(t, (_, response) => response.end('hello'));

  const page = await measure(`http://${address}`);
  const nobody = await measure('http://127.0.0.1:1/stream.mjpg');
  const usage = await Promise.all([
    measure(),
    measure('https://x/'),
    measure(`http://${address}`, '--frames', '1'),
    measure('-x'),
  ]);

  assert.deepEqual([page.code, nobody.code], [1, 1]);
  assert.match(page.stderr, /not a multipart stream/);
  assert.match(nobody.stderr, /ECONNREFUSED/);
  for (const { code, stderr } of usage) {
    assert.equal(code, 2);
    assert.match(stderr, /Usage: npm run measure-fps/);
  }
});

test('a recording at 15 frames per second is measured as such', { timeout }, async () => {
  await using pair = await startPair({ env: { cam0_fps: '15' } });

  const { code, stdout } = await measure(pair.url(0, '/stream.mjpg'), '--frames', '45', '--json');

  assert.equal(code, 0, stdout);
  const { fps, frames } = JSON.parse(stdout);
  assert.equal(frames, 45);
  // A busy machine can lose frames, but never make some.
  assert.ok(fps > 5 && fps < 16, `${fps} frames per second`);
});
