// The signalling of Mainsail's and Fluidd's cards against the real pair: camera-streamer's JSON, step by step, and what
// their WHEP card sends besides.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../harness/wait-for.ts';
import { startReceiver, watchFromNode } from './node-viewer.ts';
import { startVideoPair } from './start-video-pair.ts';

const options = { timeout: 60_000 };

test('request, offer, candidates before the answer, answer: pictures come', options, async () => {
  await using pair = await startVideoPair();
  const post = async (message: unknown, type = 'text/plain;charset=UTF-8') => {
    const headers = { 'Content-Type': type };
    const response = await fetch(pair.url(0, '/webrtc'), { method: 'POST', headers, body: JSON.stringify(message) });
    assert.equal(
      response.status,
      200,
      `${JSON.stringify(message)}: ${response.status === 200 ? '' : await response.clone().text()}`,
    );
    return (await response.json()) as { id: string; type: string; sdp: string; iceServers?: unknown };
  };
  const receiver = startReceiver();

  const offer = await post({ type: 'request', res: null, iceServers: null });
  const { sdp, candidates } = await receiver.describe({ do: 'take-offer', sdp: offer.sdp });
  for (const candidate of candidates) {
    await post({ type: 'remote_candidate', id: offer.id, candidates: [candidate] }, 'application/json');
  }
  const answered = await post({ type: 'answer', id: offer.id, sdp });

  assert.equal(offer.type, 'offer');
  assert.equal(offer.iceServers, undefined);
  assert.deepEqual(answered, {});
  await waitFor('video', () => receiver.packets > 20);
  receiver.drop();
});

test(
  'WHEP cards: trickled candidates with any If-Match they send, the session below their own address',
  options,
  async () => {
    await using pair = await startVideoPair();
    const viewer = await watchFromNode(pair.url(0));
    const patch = async (headers: Record<string, string>) => {
      const body =
        'a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdef012345\r\nm=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n';
      const type = { 'Content-Type': 'application/trickle-ice-sdpfrag' };
      const response = await fetch(viewer.location, { method: 'PATCH', headers: { ...type, ...headers }, body });
      return response.status;
    };
    const id = viewer.location.split('/').at(-1) ?? '';

    assert.equal(viewer.location, pair.url(0, `/whep/${id}`));
    for (const ifMatch of [`"${id}"`, '*', '', 'null'])
      assert.equal(await patch({ 'If-Match': ifMatch }), 204, ifMatch);
    assert.equal(await patch({}), 204);
    assert.equal(await patch({ 'If-Match': '"other"' }), 412);
    assert.equal((await fetch(viewer.location, { method: 'DELETE' })).status, 200);
    assert.equal(await patch({}), 404);
    viewer.drop();
  },
);

test('more videos than camN_webrtc_max_viewers are refused, and pictures are not', options, async () => {
  await using pair = await startVideoPair({ cam0_webrtc_max_viewers: '1' });
  const viewer = await watchFromNode(pair.url(0));

  await assert.rejects(watchFromNode(pair.url(0)), /too many videos/);
  const picture = await fetch(pair.url(0, '/snapshot.jpg'));

  assert.equal(picture.status, 200);
  viewer.drop();
});
