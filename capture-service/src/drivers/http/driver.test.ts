import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { pino } from 'pino';
import { openHttpFamily } from './family.ts';
import { JPEGS, part, rawUpstream, STREAM_HEAD, streamPictures } from './testing/raw-upstream.ts';
import { httpCamera, NOTHING, openHttp } from './testing/run-driver.ts';

const options = { timeout: 60_000 };
const [one] = JPEGS as [Buffer];

async function httpServer(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a camera behind an address', options, () => {
  it('gives frames over one connection, which is closed when stop() returns', async () => {
    await using upstream = await rawUpstream((socket) => streamPictures(socket));
    const run = await openHttp(httpCamera({ url: `${upstream.url}/stream?token=secret` }));

    await run.untilFrames(5);
    await run.stream.stop();
    await wait(20);

    assert.deepEqual(run.frames[0]?.jpeg, one);
    assert.equal(run.frames[0]?.size, '320x240');
    assert.equal((await run.ended).message, 'stopped');
    assert.deepEqual([upstream.open, upstream.mostOpen], [0, 1]);
    assert.match(upstream.requests[0] ?? '', /^GET \/stream\?token=secret HTTP\/1\.1\r\n/);
    assert.match(upstream.requests[0] ?? '', /Accept-Encoding: identity\r\n/);
  });

  it('gives frames of one JPEG that is fetched again and again, over one connection where that is kept', async () => {
    await using upstream = await rawUpstream((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: ${one.byteLength}\r\n\r\n`);
      socket.write(one);
    });
    const run = await openHttp(httpCamera({ url: `${upstream.url}/capture` }));

    await run.untilFrames(4);
    await run.stream.stop();

    assert.ok(upstream.requests.length >= 4);
    assert.equal(upstream.mostOpen, 1);
  });

  it('gives frames of a JPEG whose server closes the connection each time', async () => {
    await using upstream = await rawUpstream((socket) => {
      socket.write('HTTP/1.0 200 OK\r\nContent-Type: image/jpeg\r\n\r\n');
      socket.end(one);
    });
    const run = await openHttp(httpCamera({ url: upstream.url }));

    await run.untilFrames(3);
    await run.stream.stop();
    assert.equal(upstream.mostOpen, 1);
  });

  it('is asked with basic and digest passwords from a file, and with none elsewhere', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'soft-stream-password-'));
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'let me: in\n');
    try {
      for (const challenge of ['Basic realm="cam"', 'Digest realm="cam", nonce="n1", qop="auth"']) {
        await using upstream = await rawUpstream(async (socket, request) => {
          if (/^Authorization: (Basic Ym9iOmxldCBtZTogaW4=|Digest username="bob")/m.test(request)) {
            await streamPictures(socket);
            return;
          }
          socket.end(`HTTP/1.1 401 No\r\nWWW-Authenticate: ${challenge}\r\nContent-Length: 2\r\n\r\nno`);
        });
        const run = await openHttp(httpCamera({ url: upstream.url, user: 'bob', passwordFile }));
        await run.untilFrames(2);
        await run.stream.stop();
        assert.equal(upstream.requests.length, 2);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is never live here where another portal shows a held picture or a placeholder: the reason is told', async () => {
    await using upstream = await rawUpstream(async (socket) => {
      socket.write(STREAM_HEAD);
      socket.write(part(one, 'X-Frame-Kind: held\r\nX-Frame-Reason: Camera not connected\r\n'));
      socket.write(part(one, 'X-Frame-Kind: placeholder\r\n'));
      await wait(30);
      socket.write(part(one, 'X-Frame-Kind: live\r\n'));
    });
    const run = await openHttp(httpCamera({ url: upstream.url }));

    await run.untilFrames(1);
    await run.stream.stop();

    assert.deepEqual(run.troubles, ['not live: Camera not connected', 'not live: it shows a placeholder']);
    assert.equal(run.alive, 2);
    assert.equal(run.frames.length, 1);
  });

  it('counts the age of a picture that waited on the way from its own stamps, whatever its clock says', async () => {
    const upSinceMs = systemClock.monotonicMs();
    const stamp = (ageMs: number) => ((systemClock.monotonicMs() - upSinceMs - ageMs + 5_000) / 1000).toFixed(6);
    await using upstream = await rawUpstream((socket) => {
      socket.write(STREAM_HEAD);
      socket.write(part(one, `X-Timestamp: ${stamp(900)}\r\n`));
      socket.write(part(one, `X-Timestamp: ${stamp(0)}\r\n`));
      socket.write(part(one, `X-Timestamp: ${stamp(0)}\r\n`));
    });
    const run = await openHttp(httpCamera({ url: upstream.url }));
    await run.untilFrames(3);
    await run.stream.stop();

    assert.ok((run.frames[2]?.ageMs ?? 0) < 500);
  });

  it('takes a still from its own address, else the first live picture of the stream', async () => {
    await using upstream = await rawUpstream((socket, request) => {
      if (request.startsWith('GET /still ')) {
        socket.end(Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\nContent-Type: image/jpeg\r\n\r\n'), one]));
        return;
      }
      socket.write(STREAM_HEAD);
      socket.write(part(one, 'X-Frame-Kind: held\r\n'));
      socket.write(part(JPEGS[1] ?? one));
    });
    const still = async (http: { url: string; snapshotUrl?: string }) => {
      const run = await openHttp(httpCamera(http));
      await run.stream.stop();
      return run.driver.captureStill(run.located, { full: false, signal: NOTHING });
    };

    const ofStill = await still({ url: `${upstream.url}/stream`, snapshotUrl: `${upstream.url}/still` });
    const ofStream = await still({ url: `${upstream.url}/stream` });

    assert.deepEqual(Buffer.from(ofStill.jpeg), one);
    assert.deepEqual(Buffer.from(ofStream.jpeg), JPEGS[1]);
    await wait(20);
    assert.equal(upstream.open, 0);
  });

  it('answers on IPv6 alone', async () => {
    await using upstream = await rawUpstream((socket) => streamPictures(socket), '::1');
    const run = await openHttp(httpCamera({ url: upstream.url }));
    await run.untilFrames(1);
    await run.stream.stop();
  });
});

describe('an upstream that gives no pictures has a cause', options, () => {
  const say = (text: string | Buffer) => (socket: Socket) => void socket.end(text);
  const gzipped = gzipSync(Buffer.concat([part(one), part(one)]));
  const endless =
    (piece: string | Buffer, before: string | Buffer = '') =>
    async (socket: Socket) => {
      socket.write(STREAM_HEAD);
      socket.write(before);
      while (!socket.destroyed) if (!socket.write(piece)) await wait(1);
    };
  const bodies: readonly [string, (socket: Socket) => void | Promise<void>, string, RegExp][] = [
    [
      'a web page',
      say('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>'),
      'no MJPEG',
      /web page, not a picture/,
    ],
    [
      'a web page that does not say so (Motion)',
      say('HTTP/1.1 200 OK\r\n\r\n<!DOCTYPE html><html>Bad Request'),
      'no MJPEG',
      /without a picture|web page/,
    ],
    ['an empty answer (go2rtc)', say('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), 'no MJPEG', /without a picture/],
    [
      'gzip',
      say(
        Buffer.concat([
          Buffer.from(
            'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\n\r\n',
          ),
          gzipped,
        ]),
      ),
      'no MJPEG',
      /gzip/,
    ],
    ['404', say('HTTP/1.1 404 Not Found\r\n\r\n'), 'HTTP 404', /check cam0_url/],
    [
      '401 without a password here',
      say('HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n'),
      'password',
      /cam0_url_user/,
    ],
    ['502 of a proxy', say('HTTP/1.1 502 Bad Gateway\r\n\r\n'), 'HTTP error', /proxy/],
    [
      'a redirect to elsewhere',
      say('HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/x\r\n\r\n'),
      'HTTP error',
      /redirects to http:\/\/10\.0\.0\.1/,
    ],
    ['a redirect to itself', say('HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n'), 'HTTP error', /3 redirects/],
    ['another protocol', say('220 mail.example.org ESMTP\r\n'), 'not HTTP', /does not answer in HTTP/],
    ['a connection that ends at once', say(''), 'ended', /hung up/],
    ['a head without end', say(`HTTP/1.1 200 OK\r\n${'X-Pad: 0123456789\r\n'.repeat(2_000)}`), 'not HTTP', /no end/],
    [
      'an end inside a picture',
      say(Buffer.concat([Buffer.from(STREAM_HEAD), part(one), part(one).subarray(0, 500)])),
      'ended',
      /inside a picture/,
    ],
    ['an end', say(Buffer.concat([Buffer.from(STREAM_HEAD), part(one)])), 'ended', /ended the stream$/],
    [
      'a picture without end',
      endless(Buffer.alloc(100_000, 7), part(one).subarray(0, 900)),
      'frame too large',
      /limit 1048576/,
    ],
    ['text without end', endless('nothing to see here\n'), 'no MJPEG', /begins with "nothing to see here/],
    ['a head of a part without end', endless('--b\r\nX: y\r\n'), 'garbage', /8192/],
  ];
  for (const [what, answer, cause, message] of bodies) {
    it(`${what}: ${cause}`, async () => {
      await using upstream = await rawUpstream(answer);
      const run = await openHttp(httpCamera({ url: `${upstream.url}/?password=secret` }));

      const end = await run.ended;

      assert.equal(end.cause, cause, end.message);
      assert.match(end.message, message);
      assert.doesNotMatch(end.message, /secret/);
    });
  }

  it('a port where nobody listens: refused', async () => {
    const upstream = await rawUpstream(() => {});
    await upstream[Symbol.asyncDispose]();
    const { cause, message } = await (await openHttp(httpCamera({ url: upstream.url }))).ended;
    assert.equal(cause, 'refused', message);
  });

  it('a name that nobody knows', async () => {
    const { cause, message } = await (await openHttp(httpCamera({ url: 'http://nobody.invalid/' }))).ended;
    assert.equal(cause, 'name not found', message);
  });

  it('a wrong password is not tried over and over, and is in no message', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'soft-stream-password-'));
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'opensesame');
    await using upstream = await rawUpstream(say('HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n'));
    const end = await (await openHttp(httpCamera({ url: upstream.url, user: 'bob', passwordFile }))).ended;
    rmSync(folder, { recursive: true });

    assert.deepEqual([end.cause, end.retryAfterMs, upstream.requests.length], ['password', 30_000, 2]);
    assert.doesNotMatch(JSON.stringify(end), /opensesame|bob/);
  });

  it('a server that asks for time gets it', async () => {
    await using server = await httpServer((_request, response) => {
      response.writeHead(503, { 'Retry-After': '120' }).end();
    });
    const end = await (await openHttp(httpCamera({ url: server.url }))).ended;
    assert.deepEqual([end.cause, end.retryAfterMs], ['HTTP error', 120_000]);
  });

  it('memory stays as it is while a picture of gigabytes is sent', async () => {
    const chunk = Buffer.alloc(1_000_000, 7);
    await using upstream = await rawUpstream(endless(chunk, part(one).subarray(0, 900)));
    const before = process.memoryUsage().rss;
    for (let attempt = 0; attempt < 10; attempt++) {
      const { cause } = await (await openHttp(httpCamera({ url: upstream.url }))).ended;
      assert.equal(cause, 'frame too large');
    }
    const grownMib = (process.memoryUsage().rss - before) / 1024 / 1024;
    assert.ok(grownMib < 100, `grown by ${grownMib} MiB`);
  });

  it('a file of a password that cannot be read ends the start with 78, and names its setting', async () => {
    const cameras = [httpCamera({ url: 'http://a/', user: 'bob', passwordFile: '/nowhere/password' })];
    const family = { cameras, allCameras: [], clock: systemClock, log: pino({ level: 'silent' }), devicesChanged() {} };

    await assert.rejects(openHttpFamily(family), { exitCode: 78, message: /cam0_url_password_file=.*ENOENT/ });
  });
});
