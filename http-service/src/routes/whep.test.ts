import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeCapture } from '../testing/fake-capture.ts';
import { startWeb } from '../testing/start-web.ts';
import { VIDEO_OFFER } from '../video/sdp/testing/sample-offers.ts';
import { parseClientMessage } from './camera-streamer.ts';

const options = { timeout: 30_000 };
const VIDEO = { isOn: true, kilobitsPerSecond: 1500, fps: 15, maxViewers: 2 };
const SDP = { 'Content-Type': 'application/sdp' };

test('where video is off both ways of asking say which key switches it on', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir });

  for (const path of ['/whep', '/webrtc']) {
    const response = await fetch(`${web.url}${path}`, { method: 'POST', headers: SDP, body: VIDEO_OFFER });
    assert.equal(response.status, 404);
    assert.match(await response.text(), /cam0_webrtc=1/);
  }
});

test('where it cannot work the answer says what is missing, and no viewer is left', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir, camera: { video: VIDEO } });

  const response = await fetch(`${web.url}/whep`, { method: 'POST', headers: SDP, body: VIDEO_OFFER });

  assert.equal(response.status, 503);
  assert.match(await response.text(), /ffmpeg is not installed/);
  assert.equal(web.camera.viewerCount, 0);
});

const REFUSED: readonly (readonly [string, string, Record<string, string>, string, number])[] = [
  ['an SDP without a video', '/whep', SDP, 'v=0\r\n', 400],
  ['JSON where SDP belongs', '/whep', { 'Content-Type': 'application/json' }, '{}', 415],
  ['a body that is too large', '/whep', SDP, 'v=0\r\n'.repeat(20_000), 413],
  ['what is no JSON', '/webrtc', {}, 'hello', 400],
  ['an unknown type', '/webrtc', {}, '{"type":"bye","id":"1"}', 400],
  ['an answer for no session', '/webrtc', {}, JSON.stringify({ type: 'answer', id: 'x', sdp: VIDEO_OFFER }), 404],
  ['candidates for no session', '/webrtc', {}, '{"type":"remote_candidate","id":"x","candidates":[]}', 404],
];
for (const [what, path, headers, body, status] of REFUSED) {
  test(`${what} is answered with ${status}`, options, async () => {
    await using capture = await startFakeCapture();
    await using web = await startWeb({ runDir: capture.runDir, camera: { video: VIDEO } });

    const response = await fetch(`${web.url}${path}`, { method: 'POST', headers, body });

    assert.equal(response.status, status);
    assert.equal(web.camera.viewerCount, 0);
  });
}

test('OPTIONS succeeds without any header, and names ICE servers and nothing else as links', options, async () => {
  await using capture = await startFakeCapture();
  const iceServers = [
    { scheme: 'stun', host: 'stun.example.org', port: 3478, credentials: undefined },
    { scheme: 'turn', host: '192.0.2.1', port: 443, credentials: { username: 'u', password: 'p' } },
  ] as const;
  const webrtc = { port: 18_189, bind: '0.0.0.0', hosts: [], iceServers };
  await using web = await startWeb({ runDir: capture.runDir, camera: { video: VIDEO }, app: { webrtc } });

  const response = await fetch(`${web.url}/whep`, { method: 'OPTIONS' });

  assert.equal(response.status, 204);
  assert.equal(
    response.headers.get('Link'),
    '<stun:stun.example.org:3478>; rel="ice-server", ' +
      '<turn:192.0.2.1:443>; rel="ice-server"; username="u"; credential="p"; credential-type="password"',
  );
});

test(
  'allow_origin opens both to other pages: preflights, and the headers that a script has to read',
  options,
  async () => {
    await using capture = await startFakeCapture();
    const app = { allowOrigin: ['http://mainsail.local'] };
    await using web = await startWeb({ runDir: capture.runDir, camera: { video: VIDEO }, app });

    for (const path of ['/whep', '/whep/0123', '/webrtc']) {
      const headers = { Origin: 'http://mainsail.local', 'Access-Control-Request-Method': 'PATCH' };
      const response = await fetch(`${web.url}${path}`, { method: 'OPTIONS', headers });
      assert.equal(response.headers.get('Access-Control-Allow-Origin'), 'http://mainsail.local', path);
      assert.match(response.headers.get('Access-Control-Allow-Methods') ?? '', /POST, PATCH, DELETE/);
      assert.match(response.headers.get('Access-Control-Allow-Headers') ?? '', /Content-Type, If-Match/);
      assert.match(response.headers.get('Access-Control-Expose-Headers') ?? '', /Location, ETag, Link/);
    }
    const foreign = await fetch(`${web.url}/whep`, { method: 'OPTIONS', headers: { Origin: 'http://evil.example' } });
    assert.equal(foreign.headers.get('Access-Control-Allow-Origin'), null);
  },
);

test('a session that is not there is 404 for every method', options, async () => {
  await using capture = await startFakeCapture();
  await using web = await startWeb({ runDir: capture.runDir, camera: { video: VIDEO } });

  for (const method of ['PATCH', 'DELETE']) {
    const headers = { 'Content-Type': 'application/trickle-ice-sdpfrag' };
    assert.equal((await fetch(`${web.url}/whep/0123`, { method, headers })).status, 404);
  }
});

test('candidates of use are taken from the JSON, the others left out', options, () => {
  const usable = {
    candidate: 'candidate:1 1 udp 2113937151 192.168.1.5 50001 typ host',
    sdpMid: '0',
    sdpMLineIndex: 0,
  };
  const message = parseClientMessage(
    JSON.stringify({ type: 'remote_candidate', id: 'a', candidates: [usable, { candidate: '' }, null, 'x', {}] }),
  );

  assert.deepEqual(message, {
    type: 'remote_candidate',
    id: 'a',
    candidates: [{ foundation: '1', priority: 2_113_937_151, address: '192.168.1.5', port: 50_001, type: 'host' }],
  });
});
