// The descriptions that we write: our answer and our offer for a browser, and its side anew for the library.

import { writeCandidate } from './candidate.ts';
import { type H264Format, type LocalPeer, OUR_FORMAT, type RemotePeer, STREAM_ID, type Transport } from './peer.ts';
import type { ClientSdp, MediaSection } from './read-sdp.ts';

/** Our own name for the one media section, in offers and towards the library. */
export const OUR_MID = '0';

/**
 * One section for each of the offer's, in its order (RFC 8829 section 5.3.1). What is not our video is inactive: an
 * audio section that were sending would fire a track event without a stream, and some clients go blank.
 */
export function writeAnswer(offer: ClientSdp, local: LocalPeer): string {
  const isIn = (section: MediaSection) =>
    section === offer.video || (section.isBundled && offer.video.isBundled && section.kind !== 'application');
  const bundled = offer.sections.filter((section) => section.isBundled && isIn(section)).map(({ mid }) => mid);
  const first = offer.sections.find(isIn);
  return lines([
    ...sessionLines(bundled),
    ...offer.sections.flatMap((section) => {
      if (section === offer.video)
        return videoLines(section.mid, section.protocol, offer.h264, local, section === first);
      return isIn(section) ? inactiveLines(section, local.transport, section === first) : rejectedLines(section);
    }),
  ]);
}

/** For clients that let the server offer. */
export function writeOffer(local: LocalPeer): string {
  return lines([...sessionLines([OUR_MID]), ...videoLines(OUR_MID, SAVPF, OUR_FORMAT, local, true)]);
}

/** The browser's side for the library: a description of our own making, with checked values alone. */
export function writeRemote({ transport, format }: RemotePeer): string {
  return lines([
    ...sessionLines([OUR_MID]),
    ...mediaLines('video', SAVPF, String(format.payloadType), OUR_MID),
    'a=recvonly',
    ...formatLines(format),
    ...transportLines(transport),
  ]);
}

const SAVPF = 'UDP/TLS/RTP/SAVPF';

function sessionLines(bundled: readonly string[]): string[] {
  return [
    'v=0',
    'o=soft-stream 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    ...(bundled.length > 0 ? [`a=group:BUNDLE ${bundled.join(' ')}`] : []),
    `a=msid-semantic: WMS ${STREAM_ID}`,
  ];
}

/** @param hasCandidates bundled sections share those of the first one */
function videoLines(
  mid: string,
  protocol: string,
  format: H264Format,
  local: LocalPeer,
  hasCandidates: boolean,
): string[] {
  const { ssrc, transport } = local;
  return [
    ...mediaLines('video', protocol, String(format.payloadType), mid),
    'a=sendonly',
    // Without it browsers have a track and no stream.
    `a=msid:${STREAM_ID} video`,
    ...formatLines(format),
    `a=ssrc:${ssrc} cname:${STREAM_ID}`,
    `a=ssrc:${ssrc} msid:${STREAM_ID} video`,
    ...transportLines(transport),
    ...(hasCandidates ? candidateLines(transport) : []),
  ];
}

function inactiveLines(section: MediaSection, transport: Transport, hasCandidates: boolean): string[] {
  return [
    ...mediaLines(section.kind, section.protocol, section.format, section.mid),
    'a=inactive',
    ...(section.rtpmap === undefined ? [] : [`a=rtpmap:${section.rtpmap}`]),
    ...transportLines(transport),
    ...(hasCandidates ? candidateLines(transport) : []),
  ];
}

/** Port 0: not wanted (RFC 3264 section 6). */
function rejectedLines({ kind, protocol, format, mid }: MediaSection): string[] {
  return [`m=${kind} 0 ${protocol} ${format}`, 'c=IN IP4 0.0.0.0', `a=mid:${mid}`, 'a=inactive'];
}

function mediaLines(kind: string, protocol: string, format: string, mid: string): string[] {
  return [`m=${kind} 9 ${protocol} ${format}`, 'c=IN IP4 0.0.0.0', `a=mid:${mid}`, 'a=rtcp-mux'];
}

function formatLines({ payloadType, parameters }: H264Format): string[] {
  return [
    `a=rtpmap:${payloadType} H264/90000`,
    `a=fmtp:${payloadType} ${parameters}`,
    `a=rtcp-fb:${payloadType} nack`,
    `a=rtcp-fb:${payloadType} nack pli`,
    `a=rtcp-fb:${payloadType} ccm fir`,
  ];
}

function transportLines({ ufrag, pwd, setup, fingerprint }: Transport): string[] {
  return [
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    'a=ice-options:trickle',
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    `a=setup:${setup}`,
  ];
}

function candidateLines({ candidates }: Transport): string[] {
  return [...candidates.map((each) => `a=${writeCandidate(each)}`), 'a=end-of-candidates'];
}

function lines(all: readonly string[]): string {
  return `${all.join('\r\n')}\r\n`;
}
