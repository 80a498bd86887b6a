import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { authorize } from './authorization.ts';
import { readChallenges } from './challenges.ts';
import { followRedirect, mayHaveCredentials } from './redirects.ts';

const options = { timeout: 20_000 };

describe('passwords', options, () => {
  const mufasa = { user: 'Mufasa', password: 'Circle of Life' };
  const rfc7616 = (algorithm: string) =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
  const cnonce = () => 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

  it('are sent as RFC 7616, 3.9.1 has them: MD5', () => {
    const header = authorize(rfc7616('MD5'), mufasa, cnonce)?.header('/dir/index.html') ?? '';

    assert.match(header, /^Digest username="Mufasa", realm="http-auth@example.org"/);
    assert.match(header, /response="8ca523f5e9506fed4657c9700eebdbec"/);
    assert.match(header, /algorithm=MD5, opaque="FQhe\/[^"]+", qop=auth, nc=00000001, cnonce="f2\/w/);
  });

  it('are sent with the strongest of several challenges, SHA-256', () => {
    const challenge = `Basic realm="x", ${rfc7616('MD5')}, ${rfc7616('SHA-256')}`;

    assert.match(
      authorize(challenge, mufasa, cnonce)?.header('/dir/index.html') ?? '',
      /response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"/,
    );
  });

  it('are sent as RFC 2069 has them where an old camera knows no qop', () => {
    const challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"';
    const header = authorize(challenge, { user: 'Mufasa', password: 'CircleOfLife' })?.header('/dir/index.html') ?? '';

    // RFC 2069 printed a wrong response; this is the one of its erratum 749.
    assert.match(header, /response="1949323746fe6a43ef61f9606e7febea"/);
    assert.doesNotMatch(header, /qop|nc=|cnonce/);
  });

  it('are counted, so that a picture asked for again is not taken for a replay', () => {
    const authorization = authorize(rfc7616('MD5'), mufasa);

    assert.deepEqual(
      [1, 2].map(() => /nc=(\d+)/.exec(authorization?.header('/') ?? '')?.[1]),
      ['00000001', '00000002'],
    );
  });

  it('are sent as Basic, in UTF-8, when nothing better is offered', () => {
    assert.equal(
      authorize('Basic realm="cam", charset="UTF-8"', { user: 'test', password: '123£' })?.header('/'),
      'Basic dGVzdDoxMjPCow==', // RFC 7617, 2.1
    );
  });

  it('are not sent where they cannot be', () => {
    for (const challenge of [
      'Bearer realm="x"',
      'Digest realm="x", nonce="y", algorithm=SHA-512',
      'Digest realm="x"',
      '',
    ]) {
      assert.equal(authorize(challenge, mufasa), undefined, challenge);
    }
  });

  it('are sent again for a nonce that has aged', () => {
    const authorization = authorize(rfc7616('MD5'), mufasa);

    assert.equal(authorization?.isStale(`${rfc7616('MD5')}, stale=TRUE`), true);
    assert.equal(authorization?.isStale(rfc7616('MD5')), false);
  });

  it('are asked for in lines of which none can do harm', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        for (const { params } of readChallenges(`Digest realm="x", ${text}`)) assert.ok(params.size <= 300);
        authorize(`Digest nonce="n", ${text}`, mufasa)?.header('/');
      }),
    );
  });
});

describe('redirects', options, () => {
  const from = new URL('https://cam.local/stream');
  const follow = (location: string, redirects = 0) => followRedirect(from, location, redirects, 'cam2_url').href;

  it('are followed on the same host, three times', () => {
    assert.equal(follow('/cam.mjpeg?a=1'), 'https://cam.local/cam.mjpeg?a=1');
    assert.equal(follow('https://cam.local:8443/x', 2), 'https://cam.local:8443/x');
    assert.throws(() => follow('/cam.mjpeg', 3), /more than 3 redirects/);
  });

  it('are never followed to another host, or out of TLS', () => {
    assert.throws(
      () => follow('https://169.254.169.254/latest'),
      /redirects to https:\/\/169\.254\.169\.254: .* set cam2_url/,
    );
    assert.throws(() => follow('http://cam.local/stream'), /redirects to http:\/\/cam\.local/);
    for (const location of ['file:///etc/passwd', 'http://', 'javascript:1']) assert.throws(() => follow(location));
  });

  it('take no password along to another port', () => {
    assert.equal(mayHaveCredentials(new URL('https://cam.local/x'), from), true);
    assert.equal(mayHaveCredentials(new URL('https://cam.local:8443/x'), from), false);
  });
});
