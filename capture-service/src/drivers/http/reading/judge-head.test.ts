import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeHead, readBoundary } from './judge-head.ts';

const judge = (status: number, headers: Record<string, string> = {}) =>
  judgeHead({ status, headers }, 'cam2_url', 'printer.local');

describe('the head of an answer', { timeout: 10_000 }, () => {
  const boundaries: readonly [string, string | undefined][] = [
    ['multipart/x-mixed-replace; boundary=FRAME', 'FRAME'],
    ['multipart/x-mixed-replace;boundary=boundarydonotcross', 'boundarydonotcross'],
    ['multipart/x-mixed-replace; boundary="--a b"; charset=x', '--a b'],
    ['multipart/x-mixed-replace; BOUNDARY = --jpgboundary', '--jpgboundary'],
    ['multipart/x-mixed-replace', undefined],
    ['multipart/x-mixed-replace; boundary=""', undefined],
  ];
  for (const [type, boundary] of boundaries) {
    it(`promises a stream with ${boundary ?? 'no boundary'}: ${type}`, () => {
      assert.equal(readBoundary(type), boundary);
      assert.deepEqual(judge(200, { 'content-type': type }), { kind: 'stream', boundary });
    });
  }

  it('promises a stream where only the body can tell: nothing, octet-stream, Motion JPEG', () => {
    for (const type of ['', 'application/octet-stream', 'video/x-motion-jpeg', 'video/mjpeg']) {
      assert.equal(judge(200, { 'content-type': type }).kind, 'stream', type);
    }
  });

  it('promises one picture, which is then asked for again and again', () => {
    assert.deepEqual(judge(200, { 'content-type': 'image/jpeg' }), { kind: 'picture' });
  });

  const nothing: readonly [number, Record<string, string>, string, RegExp][] = [
    [404, {}, 'HTTP 404', /check cam2_url/],
    [401, {}, 'password', /not how to authenticate/],
    [403, {}, 'password', /forbids/],
    [503, {}, 'HTTP error', /busy/],
    [504, {}, 'HTTP error', /proxy that cannot reach the camera/],
    [500, {}, 'HTTP error', /status 500/],
    [302, {}, 'HTTP error', /status 302/],
    [204, {}, 'HTTP error', /status 204/],
    [200, { 'content-type': 'text/html; charset=utf-8' }, 'no MJPEG', /that is a web page, not a picture/],
    [200, { 'content-type': 'image/png' }, 'no MJPEG', /image\/png/],
    [200, { 'content-type': 'multipart/x-mixed-replace; boundary=b', 'content-encoding': 'gzip' }, 'no MJPEG', /gzip/],
  ];
  for (const [status, headers, cause, message] of nothing) {
    it(`${status} ${JSON.stringify(headers)} is ${cause}`, () => {
      const promised = judge(status, headers);

      assert.equal(promised.kind, 'nothing');
      assert.ok(promised.kind === 'nothing' && promised.error.failure === cause);
      assert.match(promised.error.message, message);
    });
  }

  it('says when to come again, an hour at most', () => {
    const again = (value: string) => {
      const promised = judge(503, { 'retry-after': value });
      return promised.kind === 'nothing' && promised.error.retryAfterMs;
    };

    assert.deepEqual(['7', '999999', 'Wed, 21 Oct 2015 07:28:00 GMT'].map(again), [7_000, 3_600_000, undefined]);
  });
});
