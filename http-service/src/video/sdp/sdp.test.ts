import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalPeer } from './peer.ts';
import { MAX_SDP_BYTES, readClientSdp, readOwnTransport, SdpError } from './read-sdp.ts';
import { DATA_OFFER, MAINSAIL_OFFER, VIDEO_OFFER } from './testing/sample-offers.ts';
import { writeAnswer, writeOffer, writeRemote } from './write-sdp.ts';

const options = { timeout: 10_000 };

const FINGERPRINT = `BA${':0A'.repeat(31)}`;
const OURS: LocalPeer = {
  ssrc: 4711,
  transport: {
    ufrag: '3sZO',
    pwd: 'bjvZVTvaz0P4G3JBd9BMp1',
    setup: 'active',
    fingerprint: { algorithm: 'sha-256', value: FINGERPRINT },
    candidates: [{ foundation: '1', priority: 7, address: '192.168.1.2', port: 18_189, type: 'host' }],
  },
};

/** `m=` lines with the attributes that decide, in order. */
function outline(sdp: string): string[] {
  return sdp.split('\r\n').filter((line) => /^(m=|a=(group|mid|sendonly|inactive|recvonly|msid:))/.test(line));
}

test('of the H.264 formats the constrained baseline with fragments is taken', options, () => {
  const { h264, transport, video } = readClientSdp(VIDEO_OFFER);

  assert.equal(h264.payloadType, 108);
  assert.equal(video.mid, '0');
  assert.equal(transport.setup, 'actpass');
  assert.deepEqual(
    transport.candidates.map(({ address }) => address),
    ['192.168.1.5'],
  );
});

test('audio is answered as inactive, in its place and bundled, and the video has a stream', options, () => {
  const answer = writeAnswer(readClientSdp(MAINSAIL_OFFER), OURS);

  assert.deepEqual(outline(answer), [
    'a=group:BUNDLE 0 1',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'a=mid:0',
    'a=inactive',
    'm=video 9 UDP/TLS/RTP/SAVPF 108',
    'a=mid:1',
    'a=sendonly',
    'a=msid:soft-stream video',
  ]);
  assert.equal(answer.split('a=candidate:1 1 UDP 7 192.168.1.2 18189 typ host').length, 2);
});

test('data channels are refused', options, () => {
  const answer = writeAnswer(readClientSdp(DATA_OFFER), OURS);

  assert.deepEqual(outline(answer).slice(0, 4), [
    'a=group:BUNDLE 1',
    'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
    'a=mid:0',
    'a=inactive',
  ]);
});

test('what we write we can read', options, () => {
  assert.deepEqual(readOwnTransport(writeOffer(OURS)), OURS.transport);
});

test('the library is given checked values and nothing of the stranger’s text', options, () => {
  const { transport, h264 } = readClientSdp(VIDEO_OFFER.replace('s=-', 's=-\r\na=injected:1'));

  const written = writeRemote({ transport, format: h264 });

  assert.doesNotMatch(written, /injected|generation|network-cost|local/);
  assert.match(written, /a=recvonly\r\n/);
});

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /must begin with v=0/],
  ['no video', VIDEO_OFFER.replaceAll('m=video', 'm=text'), /no m=video/],
  ['a video that is only sent', VIDEO_OFFER.replace('a=recvonly', 'a=sendonly'), /no m=video/],
  ['no H.264', VIDEO_OFFER.replaceAll('H264', 'H265'), /no H264\/90000/],
  ['no fragments', VIDEO_OFFER.replaceAll('packetization-mode=1', 'packetization-mode=0'), /packetization-mode=1/],
  ['no name for the section', VIDEO_OFFER.replace('a=mid:0', 'a=mid:'), /no a=mid/],
  ['no user fragment', VIDEO_OFFER.replace('a=ice-ufrag:ilVJ', ''), /a=ice-ufrag/],
  ['a password with a blank', VIDEO_OFFER.replace('u8OY08', 'u8O 08'), /a=ice-pwd/],
  ['a short fingerprint', VIDEO_OFFER.replace(':68:68', ''), /a=fingerprint/],
  ['an old hash', VIDEO_OFFER.replace('sha-256', 'md5'), /a=fingerprint/],
  ['no DTLS role', VIDEO_OFFER.replace('actpass', 'holdconn'), /a=setup/],
  ['a section that cannot be read', VIDEO_OFFER.replace('m=video 9', 'm=video nine'), /m= line/],
  ['too many sections', VIDEO_OFFER + 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n'.repeat(9), /at most 8/],
  ['too many lines', VIDEO_OFFER + 'a=x\r\n'.repeat(1_000), /at most 1000 lines/],
  ['too many bytes', VIDEO_OFFER + 'x'.repeat(MAX_SDP_BYTES), /bytes/],
];
for (const [what, sdp, reason] of REFUSED) {
  test(`an SDP with ${what} is refused with the reason`, options, () => {
    assert.throws(
      () => readClientSdp(sdp),
      (error) => error instanceof SdpError && reason.test(error.message),
    );
  });
}
