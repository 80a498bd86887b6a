// What no browser sends: every one gets a short refusal or an ordinary answer, and the service says nothing of itself.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Pair, startPair } from '../harness/start-pair.ts';
import { MIB, residentBytes } from './process-cost.ts';
import { exchange, type RawAnswer, rawConnection, readAnswer } from './raw-client.ts';

const timeout = 120_000;
let pair: Pair;
let host: string;

before(
  async () => {
    pair = await startPair({ env: { cam0_autofocus: '1' } });
    host = new URL(pair.url(0)).host;
  },
  { timeout },
);

after(
  async () => {
    const failures = pair.http.log.lines.filter(({ level }) => ['error', 'fatal', 'raw'].includes(level));
    await pair[Symbol.asyncDispose]();
    assert.deepEqual(failures, [], 'no request was a surprise to the service');
  },
  { timeout },
);

const send = (lines: string | readonly string[], body = '') =>
  exchange(
    pair.url(0),
    Buffer.from(`${typeof lines === 'string' ? lines : lines.join('\r\n')}\r\n\r\n${body}`, 'latin1'),
  );
const get = (target: string, ...headers: string[]) =>
  send([`GET ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...headers]);

/** Paths of the machine, of the program, of the run directory; stack traces. */
function assertDiscreet({ text }: RawAnswer): void {
  assert.doesNotMatch(text, /node_modules|\/dist\/|\/src\/|\.js:\d|\.ts:\d|\bat \w+ \(|root:x:|\/dev\/shm|\/proc\//);
  assert.ok(!text.includes(pair.runDir) && !text.includes(process.cwd()));
}

function assertStatus(answer: RawAnswer, allowed: readonly (number | undefined)[]): void {
  assert.ok(allowed.includes(answer.status), `${answer.status} is not one of ${allowed.join(', ')}:\n${answer.head}`);
  assertDiscreet(answer);
}

const CLOSED = undefined;

describe('hostile requests', { timeout }, () => {
  const malformed: readonly (readonly [what: string, request: string, statuses: readonly (number | undefined)[]])[] = [
    ['no Host', 'GET / HTTP/1.1', [400]],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example', [421]],
    ['a request line without a version', 'GET /', [200]],
    ['HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM', [400]],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
    ['binary', '\x00\xff\xfe\x80\r\n\x00', [400]],
    ['unknown method', 'STEAL / HTTP/1.1\r\nHost: HOST', [400]],
    ['a space in the target', 'GET /a b HTTP/1.1\r\nHost: HOST', [400]],
    ['NUL in the target', 'GET /\0 HTTP/1.1\r\nHost: HOST', [400]],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: HOST\r\nA: b\0c', [400]],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: HOST\r\nA: b\r\n c', [400]],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: HOST\r\nnonsense', [400]],
    ['a bare CR', 'GET / HTTP/1.1\r\nHost: HOST\r\nA: b\rSet-Cookie: c', [400]],
    [
      'length and chunks',
      'POST /autofocus HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked',
      [400],
    ],
    ['two lengths', 'POST /autofocus HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nContent-Length: 5', [400]],
    ['a negative length', 'POST /autofocus HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1', [400]],
    ['chunks that are none', 'POST /nothing HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nzz', [400]],
    ['an unknown expectation', 'GET / HTTP/1.1\r\nHost: HOST\r\nExpect: money', [417]],
    ['a header of 32 KiB', `GET / HTTP/1.1\r\nHost: HOST\r\nA: ${'a'.repeat(32_768)}`, [431]],
    ['a target of 32 KiB', `GET /${'a'.repeat(32_768)} HTTP/1.1\r\nHost: HOST`, [431]],
    ['20,000 headers', `GET / HTTP/1.1\r\nHost: HOST${'\r\nA: b'.repeat(20_000)}`, [431]],
    ['a Host behind 200 headers', `GET / HTTP/1.1${'\r\nA: b'.repeat(200)}\r\nHost: evil.example`, [400]],
    ['200 headers', `GET /status HTTP/1.1\r\nHost: HOST\r\nConnection: close${'\r\nA: b'.repeat(200)}`, [200]],
    ['a tunnel', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST', [CLOSED]],
    ['another protocol', 'GET /status HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket', [200]],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nCookie: secret=1', [501]],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: HOST\r\nConnection: close', [404]],
    ['a Host of no ASCII', 'GET / HTTP/1.1\r\nHost: \xff', [421]],
    ['a header name of no ASCII', 'GET / HTTP/1.1\r\nHost: HOST\r\nA\xff: b', [400]],
    [
      'headers of no UTF-8',
      'GET /status HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nOrigin: \xff\xfe\r\nCookie: \xff\r\nUser-Agent: \xc0\x80',
      [200],
    ],
  ];
  for (const [what, request, statuses] of malformed) {
    it(`${what} is answered with ${statuses.map((status) => status ?? 'a closed connection').join(' or ')}`, {
      timeout,
    }, async () => {
      const answer = await send(request.replaceAll('HOST', host));

      assertStatus(answer, statuses);
      assert.doesNotMatch(answer.text, /secret=1/);
    });
  }

  it('no target leads out of the portal folder', { timeout }, async () => {
    const steps = ['..', '%2e%2e', '.%2e', '..%2f..', '..%5c..', '%252e%252e', '....//', '..;', '..%00', '..%c0%af'];
    const targets = steps.flatMap((step) => [
      `/${step}/${step}/${step}/etc/passwd`,
      `/portal/${step}/package.json`,
      `/portal/${step}%2f${step}%2fpackage.json`,
      `/portal/${step}/dist/main.js`,
    ]);
    const names = [
      '__proto__',
      'constructor',
      'toString',
      'index.html',
      '.',
      '%2e',
      'texts',
      'style.css%00.js',
      '/etc/passwd',
    ];

    for (const target of [...targets, ...names.map((name) => `/portal/${name}`), '/.git/config', '/package.json']) {
      const answer = await get(target);
      assertStatus(answer, [400, 404]);
      assert.doesNotMatch(answer.text, /"dependencies"|import /, target);
    }
  });

  it('escapes that are none, and bytes that are no UTF-8, are refused or ignored', { timeout }, async () => {
    for (const target of [
      '/%',
      '/%zz',
      '/%ff',
      '/portal/%',
      '/portal/%ff%fe',
      '/portal/%c0%80',
      '/\xff\xfe',
      '///etc/passwd',
      '/\\..\\x',
    ]) {
      const answer = await get(target);
      assert.ok(answer.status === 400 || answer.status === 404, `${target}: ${answer.head}`);
    }
    for (const query of [
      '?%',
      '?a=%ff',
      '?%00=%00',
      '?__proto__=1',
      '?constructor[prototype]=1',
      `?${'a=b&'.repeat(2000)}`,
    ]) {
      assertStatus(await get(`/status${query}`), [200]);
    }
    assertStatus(await get('/?action=%ff'), [404]);
    assertStatus(await get('/?action=nonsense&action=stream'), [404]);
  });

  it('a target with a host in it is judged by both, and answered as its path', { timeout }, async () => {
    assertStatus(await get('http://127.0.0.1:1/status'), [200]);
    assertStatus(await get(`http://${host}/nothing`), [404]);
    for (const target of [
      'http://evil.example/status',
      'http://evil.example',
      'HTTP://evil.example?x',
      'gopher://evil.example/1',
    ]) {
      assertStatus(await get(target), [421]);
    }
    assertStatus(await get('http://127.0.0.1@evil.example/status'), [421]);
    const rebound = await send([`GET http://${host}/status HTTP/1.1`, 'Host: evil.example', 'Connection: close']);
    assertStatus(rebound, [421]);
    const { head } = await get('//evil.example/');
    assert.match(head, /^HTTP\/1\.1 404 /);
    assert.doesNotMatch(head, /^location:/im);
  });

  it('nothing that a visitor sends becomes a header of the answer', { timeout }, async () => {
    const payload = '1%0d%0aSet-Cookie:%20stolen=1%0d%0a%0d%0a%3Cscript%3E';
    for (const target of [
      `/snapshot.jpg?width=${payload}`,
      `/snapshot.jpg?max_age=${payload}`,
      `/stream.mjpg?fps=${payload}`,
      `/events?after=${payload}`,
      `/${payload}`,
      `/portal/${payload}`,
    ]) {
      using connection = rawConnection(pair.url(0));
      connection.send(
        `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://x\r\nLast-Event-ID: ${payload}\r\n\r\n`,
      );
      await new Promise((resolve) => connection.socket.once('data', resolve));

      const answer = readAnswer(connection.text);
      assert.doesNotMatch(answer.text, /^set-cookie/im, target);
      if (answer.text.includes('<script>')) {
        assert.match(answer.head, /^content-type: (text\/plain|application\/json)/im, target);
        assert.match(answer.head, /^x-content-type-options: nosniff/im, target);
      }
      assertDiscreet(answer);
    }
  });

  it('a Host that is not ours is 421 on every path, before anything is done', { timeout }, async () => {
    const hosts = [
      'evil.example',
      `evil.example:${host.split(':')[1]}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
    ];
    hosts.push('a@127.0.0.1', '127.0.0.1/evil.example', '[::1].evil.example', 'evil.example#.local');
    for (const name of [...hosts, '']) {
      for (const line of [
        'GET / ',
        'GET /status ',
        'GET /snapshot.jpg ',
        'GET /stream.mjpg ',
        'POST /autofocus ',
        'GET /events ',
      ]) {
        const answer = await send([`${line}HTTP/1.1`, `Host: ${name}`, 'Connection: close']);
        assertStatus(answer, [421]);
      }
    }
    assert.equal((await pair.status(0)).state, 'idle');
  });

  it('a POST that another page sent is 403, whatever it says of itself', { timeout }, async () => {
    const lies = [
      ['Origin: http://evil.example'],
      ['Origin: null'],
      ['Origin: '],
      ['Origin: http://127.0.0.1:1'],
      [`Origin: http://${host}.evil.example`],
      [`Origin: http://evil.example/${host}`],
      [`Origin: http://${host}@evil.example`],
      [`Origin: file://${host}`],
      [`Origin: http://${host}`, 'Sec-Fetch-Site: cross-site'],
      ['Sec-Fetch-Site: cross-site'],
    ];
    for (const headers of lies) {
      const answer = await send([
        'POST /autofocus HTTP/1.1',
        `Host: ${host}`,
        'Content-Length: 0',
        'Connection: close',
        ...headers,
      ]);
      assertStatus(answer, [403]);
    }
    const full = await get('/snapshot.jpg?full=1', 'Sec-Fetch-Site: cross-site');
    assertStatus(full, [403]);
    assert.equal((await pair.status(0)).state, 'idle');
  });

  it('snapshot parameters over a limit are refused without any work, those at it are served', { timeout }, async () => {
    const refused = [
      'width=100000',
      'height=100000',
      'width=16385',
      'height=16385',
      'width=0',
      'width=-1',
      'width=1e3',
      'width=0x10',
      'width=%20640',
    ];
    refused.push(
      'width=640&width=1',
      'width=NaN',
      'width=999999999999',
      'width=٣',
      'quality=0',
      'quality=101',
      'quality=1.5',
    );
    refused.push(
      'max_age=-1',
      'max_age=86400001',
      'full=2',
      'full=1&full=1',
      'full=true',
      'fresh=yes',
      'width=',
      'quality=',
    );
    for (const query of refused) {
      const answer = await get(`/snapshot.jpg?${encodeURI(query).replaceAll('%2520', '%20')}`);
      assertStatus(answer, [400]);
      assert.match(answer.text, new RegExp(query.split('=')[0] ?? ''));
      assert.ok(answer.text.length < 800, 'a refusal is short');
    }
    assert.equal((await pair.status(0)).state, 'idle');
    assert.equal(
      pair.capture.log.lines.some(({ msg }) => /still/i.test(msg)),
      false,
      'the camera was never asked',
    );

    for (const query of [
      'width=16384',
      'height=16384',
      'width=1',
      'quality=1',
      'quality=100',
      'max_age=86400000',
      'x=y',
    ]) {
      assertStatus(await get(`/snapshot.jpg?${query}`), [200]);
    }
  });

  it('frame rates of a stream that are none, and positions in the events that are none, are refused or ignored', {
    timeout,
  }, async () => {
    for (const fps of ['0', '-1', '1e9', '100000', 'NaN', '', '1&fps=2', '0x1', '1%0a', '٣', '9'.repeat(5_000)]) {
      const answer = await get(`/stream.mjpg?fps=${encodeURI(fps).replaceAll('%25', '%')}`);
      assertStatus(answer, [400]);
      assert.ok(answer.text.length < 800, 'a refusal is short');
    }
    for (const after of ['-1', '1e99', 'NaN', '', '%ff', '9'.repeat(5_000), '1&after=2', '__proto__']) {
      using connection = rawConnection(pair.url(0));
      connection.send(`GET /events?after=${after} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      await new Promise((resolve) => connection.socket.once('data', resolve));

      const answer = readAnswer(connection.text);
      assertStatus(answer, [200]);
      assert.doesNotMatch(answer.text, /999999|__proto__/);
    }
    assert.equal((await pair.status(0)).state, 'idle');
  });

  it('requests behind each other on one connection are answered in order; one behind a stream ends it', {
    timeout,
  }, async () => {
    using many = rawConnection(pair.url(0));
    const request = (target: string, more = '') => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
    many.send(`${request('/healthz').repeat(50)}${request('/nothing')}${request('/status', 'Connection: close\r\n')}`);
    await many.closed;
    const statuses = [...many.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);
    assert.deepEqual(statuses, [...Array.from({ length: 50 }, () => '200'), '404', '200']);

    using smuggler = rawConnection(pair.url(0));
    smuggler.send(`${request('/stream.mjpg')}${request('/status')}`);
    await smuggler.closed;
    assert.doesNotMatch(smuggler.text, /"version":1/);
  });

  it('a body that nobody asked for is not kept, however much of it comes', { timeout }, async () => {
    const before = residentBytes(pair.http.pid);
    using connection = rawConnection(pair.url(0));
    connection.send(`POST /autofocus HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10000000000\r\n\r\n`);
    for (let count = 0; count < 64 && !connection.isClosed; count++) {
      connection.send(Buffer.alloc(MIB));
      await new Promise((resolve) => setImmediate(resolve));
    }

    const grown = residentBytes(pair.http.pid) - before;
    assert.ok(grown < 24 * MIB, `${(grown / MIB).toFixed(0)} MiB more`);
    assertStatus(await get('/status'), [200]);
  });

  it('a body that nobody asked for is not waited for: behind the answer its connection ends', { timeout }, async () => {
    for (const body of ['Content-Length: 10000000000', 'Transfer-Encoding: chunked']) {
      using connection = rawConnection(pair.url(0));
      connection.send(`POST /autofocus HTTP/1.1\r\nHost: ${host}\r\n${body}\r\n\r\n`);
      await connection.closed;

      const { status, head } = readAnswer(connection.text);
      assert.ok(status !== undefined && status < 500, connection.text);
      assert.match(head, /^connection: close$/im);
    }
  });

  it('a short body is thrown away, and its connection is used again', { timeout }, async () => {
    using connection = rawConnection(pair.url(0));
    connection.send(`POST /nothing HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\n\r\nhello`);
    connection.send(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    await connection.closed;

    const statuses = [...connection.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);
    assert.deepEqual(statuses, ['404', '200']);
  });
});
