import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFakeCapture } from '../testing/fake-capture.ts';
import { sampleCamera } from '../testing/sample-monitor.ts';
import { startWeb } from '../testing/start-web.ts';
import { listenSocket, listenTcp } from './listen.ts';

const options = { timeout: 20_000 };

test('a taken port ends the start with 69, and names key, address and port', options, async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;

  await assert.rejects(listenTcp(createServer(), sampleCamera(1, { port })), {
    exitCode: 69,
    message: new RegExp(`^cam1_port=${port}: 127\\.0\\.0\\.1 port ${port} is taken`),
  });
  other.close();
});

test('an address that is not ours ends the start with 78, and names the key', options, async () => {
  await assert.rejects(listenTcp(createServer(), sampleCamera(0, { bind: '192.0.2.1', port: 0 })), {
    exitCode: 78,
    message: /^cam0_bind=192\.0\.2\.1: /,
  });
});

test('a camera answers on its unix socket too, which nobody but its group may use', options, async () => {
  await using capture = await startFakeCapture();
  const path = join(capture.runDir, 'web', 'cam0.sock');
  const web = await startWeb({ runDir: capture.runDir, camera: { socket: path } });

  const [response] = await once(get({ socketPath: path, path: '/healthz', agent: false }), 'response');
  response.resume();

  assert.equal(response.statusCode, 200);
  assert.equal(statSync(path).mode & 0o777, 0o660);
  await web[Symbol.asyncDispose]();
  assert.deepEqual(readdirSync(join(capture.runDir, 'web')), []);
});

test('a socket whose name was deleted listens anew, with its folder and mode', options, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-listen-'));
  const path = join(folder, 'web', 'cam0.sock');
  const server = createServer((_request, response) => response.end('here'));
  const name = await listenSocket(server, path);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async (by: Agent | false) => {
    const [response] = await once(get({ socketPath: path, agent: by }), 'response');
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  };
  assert.equal(await ask(agent), 200);
  rmSync(join(folder, 'web'), { recursive: true });

  await name.renew();

  assert.equal(statSync(path).mode & 0o777, 0o660);
  assert.equal(await ask(false), 200);
  agent.destroy();
  name.release();
  assert.deepEqual(readdirSync(join(folder, 'web')), []);
  server.close();
  rmSync(folder, { recursive: true });
});

test('the socket of a live process is not taken over', options, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-listen-'));
  const path = join(folder, 'cam0.sock');
  const first = createServer();
  const name = await listenSocket(first, path);
  const second = createServer();

  await assert.rejects(listenSocket(second, path), { exitCode: 69 });

  name.release();
  first.close();
  second.close();
  rmSync(folder, { recursive: true });
});
