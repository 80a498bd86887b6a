import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import { RpcError } from '@soft-stream/shared/rpc/rpc-error';
import { startFakeCapture } from '../testing/fake-capture.ts';
import { startWeb, type Web } from '../testing/start-web.ts';

const options = { timeout: 30_000 };

/** With headers that fetch would not send: Host. */
function ask(web: Web, path: string, { method = 'GET', headers = {} as Record<string, string> } = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
    const sent = request(`${web.url}${path}`, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject).end();
  });
}

/** What comes back for these bytes, until the server ends the connection. */
function raw(web: Web, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(web.port, '127.0.0.1', () => socket.write(text, 'latin1'));
    socket.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer)).on('error', () => undefined);
  });
}

async function reached(web: Web): Promise<void> {
  while (!web.camera.status().captureReachable) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a foreign Host is told which key to set, on every path', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir, app: { allowedHosts: ['cam.example.org'] } });

  for (const path of ['/', '/status', '/stream.mjpg', '/nothing']) {
    const { status, text } = await ask(web, path, { headers: { Host: 'evil.example:18081' } });
    assert.equal(status, 421);
    assert.match(text, /allowed_hosts=evil\.example\n$/);
  }
  assert.equal((await ask(web, '/healthz', { headers: { Host: 'cam.example.org' } })).status, 200);
  assert.equal((await ask(web, '/healthz', { headers: { Host: '<script>' } })).status, 421);
});

test('unknown paths are 404, wrong methods 405 with what is allowed', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });

  assert.equal((await ask(web, '/nothing')).status, 404);
  assert.equal((await ask(web, '/portal/..%2f..%2fpackage.json')).status, 404);
  const table: readonly (readonly [string, string, RegExp])[] = [
    ['POST', '/stream.mjpg', /^HEAD, GET$/],
    ['DELETE', '/snapshot.jpg', /^HEAD, GET$/],
    ['PUT', '/', /^HEAD, GET$/],
    ['GET', '/autofocus', /^POST$/],
  ];
  for (const [method, path, allow] of table) {
    const { status, headers } = await ask(web, path, { method });
    assert.equal(status, 405, `${method} ${path}`);
    assert.match(String(headers['allow']), allow);
  }
});

test('errors are JSON for who asks for it, and every answer says nosniff', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });

  const { headers, text } = await ask(web, '/nothing', { headers: { Accept: 'application/json' } });

  assert.deepEqual(JSON.parse(text), { error: 'ERR_NOT_FOUND', message: 'Not found' });
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'same-origin');
});

test('allow_origin opens stream and snapshot to other pages, and nothing else', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir, app: { allowOrigin: ['http://dash.local'] } });
  const headers = { Origin: 'http://dash.local' };

  const preflight = await ask(web, '/snapshot.jpg', { method: 'OPTIONS', headers });
  const foreign = await ask(web, '/?action=snapshot', { method: 'HEAD', headers: { Origin: 'http://evil.example' } });

  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], 'http://dash.local');
  assert.equal(preflight.headers['access-control-allow-methods'], 'GET, HEAD');
  assert.equal(foreign.headers['access-control-allow-origin'], undefined);
  assert.equal(foreign.headers['vary'], 'Origin');
  assert.equal((await ask(web, '/status', { headers })).headers['access-control-allow-origin'], undefined);
});

test('autofocus is accepted, joined, limited or impossible', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await reached(web);
  const post = () => ask(web, '/autofocus', { method: 'POST', headers: { Origin: web.url } });

  capture.onAutofocus(() => ({ joined: true }));
  const accepted = await post();
  capture.onAutofocus(() => {
    throw new RpcError(RPC_ERRORS.rateLimited, 'at most one in 10 s', { retryAfterMs: 8_200 });
  });
  const limited = await post();
  capture.onAutofocus(() => {
    throw new RpcError(RPC_ERRORS.noAutofocus, 'fixed focus');
  });
  const impossible = await post();

  assert.equal(accepted.status, 202);
  assert.deepEqual(JSON.parse(accepted.text), { accepted: true, joined: true });
  assert.equal(limited.status, 429);
  assert.equal(limited.headers['retry-after'], '9');
  assert.equal(impossible.status, 409);
});

test('autofocus is refused to pages of other origins, and where it is off', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await using without = await startWeb({ runDir: capture.runDir, camera: { autofocus: false } });
  const post = (headers: Record<string, string>) => ask(web, '/autofocus', { method: 'POST', headers });

  assert.equal((await post({ Origin: 'http://evil.example' })).status, 403);
  const behindProxy = await post({ Host: '127.0.0.1:18081', Origin: 'https://printer.local' });
  assert.equal(behindProxy.status, 403);
  assert.match(behindProxy.text, /proxy_set_header Host \$http_host.*ProxyPreserveHost On/);
  assert.equal((await post({ Origin: 'null' })).status, 403);
  assert.equal((await post({ 'Sec-Fetch-Site': 'cross-site' })).status, 403);
  assert.equal((await post({ Host: 'pi.local', Origin: 'https://pi.local' })).status === 403, false);
  assert.equal((await ask(without, '/autofocus', { method: 'POST' })).status, 409);
  assert.deepEqual(capture.calls.filter(({ method }) => method === 'autofocus').length, 1);
});

test('status is of now, and says what this process knows', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await reached(web);
  capture.setStatus({ state: 'absent', cause: 'cannot open /dev/media0' });

  const status = JSON.parse((await ask(web, '/status')).text);

  assert.equal(status.version, 1);
  assert.equal(status.state, 'absent');
  assert.equal(status.cause, 'cannot open media0');
  assert.equal(status.captureReachable, true);
  assert.deepEqual(status.picture, { kind: null, ageMs: null });
  assert.equal(status.http.port, web.port);
});

const malformed: readonly (readonly [string, string, RegExp])[] = [
  ['no HTTP at all', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['too many headers in bytes', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ['a broken escape', 'GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 40[04] /],
  ['traversal', 'GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 404 /],
  ['absolute form', 'GET http://a/healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 200 /],
  [
    'a line break in a parameter',
    'GET /snapshot.jpg?width=1%0d%0aX-Injected:%201 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 400 (?![\s\S]*\nX-Injected)/,
  ],
  ['invalid UTF-8', 'GET /\xff\xfe HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 (400|404) /],
  ['HTTP/1.0', 'GET /healthz HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 200 /],
];
for (const [what, text, expected] of malformed) {
  test(`${what} is answered with ${expected}, without a word about the inside`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir });

    const answer = await raw(web, text);

    assert.match(answer, expected);
    assert.doesNotMatch(answer, /node_modules|\.js|Error:|at /);
  });
}

test("the focus meter tells the camera's own figure as its status has it", options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });
  await reached(web);
  capture.setStatus({ focusFigure: { value: 1507, atMs: 1_700_000_000_000 } });

  const response = await fetch(`${web.url}/events?focus=1`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    text += part.value;
    if (/event: focus-figure\n.*\n\n/.test(text)) break;
  }
  await reader?.cancel();

  assert.match(text, /event: focus-figure\ndata: \{"value":1507,"atMs":1700000000000\}/);
});
