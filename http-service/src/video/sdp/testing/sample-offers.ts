// Offers as browsers write them, shortened to what matters here.

const TRANSPORT = [
  'a=ice-ufrag:ilVJ',
  'a=ice-pwd:u8OY08SjRRJUyWbUVGCneC4P',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 1C:2A:5A:1E:9D:4B:91:69:90:6A:DD:8E:A6:66:EA:C3:94:8D:35:4C:2B:BC:7B:11:EE:51:AB:50:07:1C:68:68',
  'a=setup:actpass',
];
const SESSION = ['v=0', 'o=- 1534666414215928371 2 IN IP4 127.0.0.1', 's=-', 't=0 0'];
const AUDIO = ['m=audio 9 UDP/TLS/RTP/SAVPF 111 63', 'c=IN IP4 0.0.0.0', ...TRANSPORT];
const VIDEO = [
  'm=video 9 UDP/TLS/RTP/SAVPF 96 102 104 108',
  'c=IN IP4 0.0.0.0',
  ...TRANSPORT,
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f',
  'a=rtpmap:104 H264/90000',
  'a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f',
  'a=rtpmap:108 H264/90000',
  'a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
];

/** Audio and video to be sent and received, as Mainsail's card asks for it; the audio section first. */
export const MAINSAIL_OFFER = text([
  ...SESSION,
  'a=group:BUNDLE 0 1',
  ...[...AUDIO, 'a=mid:0', 'a=sendrecv', 'a=rtcp-mux', 'a=rtpmap:111 opus/48000/2'],
  ...[...VIDEO, 'a=mid:1', 'a=sendrecv', 'a=rtcp-mux'],
]);

/** One video to be received, candidates included: of them one is hidden behind a name and one is TCP. */
export const VIDEO_OFFER = text([
  ...SESSION,
  'a=group:BUNDLE 0',
  ...[...VIDEO, 'a=mid:0', 'a=recvonly', 'a=rtcp-mux'],
  'a=candidate:1 1 udp 2113937151 192.168.1.5 50001 typ host generation 0 network-cost 999',
  'a=candidate:2 1 udp 2113937150 0c5a-4d3c.local 50001 typ host',
  'a=candidate:3 1 tcp 1518149375 192.168.1.5 9 typ host tcptype active',
]);

/** Everything a browser can offer at once. */
export const DATA_OFFER = text([
  ...SESSION,
  'a=group:BUNDLE 0 1',
  ...[
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...TRANSPORT,
    'a=mid:0',
    'a=sctp-port:5000',
  ],
  ...[...VIDEO, 'a=mid:1', 'a=recvonly', 'a=rtcp-mux'],
]);

function text(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n`;
}
