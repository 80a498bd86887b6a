// Untrusted SDP (RFC 8866) -> the few values that we use. Nothing of its text goes on to the library: what is
// understood is written anew, and what is not is an error in words.

import { SoftStreamError } from '@soft-stream/shared/runtime/errors';
import { readCandidate } from './candidate.ts';
import { chooseH264 } from './h264-format.ts';
import type { Candidate, DtlsSetup, Fingerprint, H264Format, Transport } from './peer.ts';

export class SdpError extends SoftStreamError {
  constructor(message: string) {
    super('ERR_SDP', message);
  }
}

/** One media section, as far as an answer repeats it. */
export interface MediaSection {
  /** `audio`, `video` or `application` */
  readonly kind: string;
  readonly protocol: string;
  readonly mid: string;
  /** the first of its formats, and what `a=rtpmap` says of it */
  readonly format: string;
  readonly rtpmap: string | undefined;
  readonly isBundled: boolean;
}

/** A description with one video that we send. */
export interface ClientSdp {
  readonly sections: readonly MediaSection[];
  /** the section that carries the video */
  readonly video: MediaSection;
  readonly h264: H264Format;
  readonly transport: Transport;
}

/** A Firefox that never fetched Cisco's OpenH264, or has it switched off, offers VP8, VP9 and AV1 alone. */
const NO_H264 =
  'the client offers no H264/90000 with packetization-mode=1, and this video is nothing else (Firefox: is the OpenH264 plugin on, in about:addons?)';

export const MAX_SDP_BYTES = 32 * 1024;
const MAX_LINES = 1_000;
const MAX_SECTIONS = 8;
const MAX_CANDIDATES = 20;

interface Section {
  readonly media: string;
  /** `key:value` lines without their `a=` */
  readonly attributes: readonly string[];
}

/** @throws {SdpError} with what is missing, in words for who wrote the client */
export function readClientSdp(text: string): ClientSdp {
  const [session, ...sections] = splitSections(text);
  const bundle = valuesOf(session, 'group')
    .filter((group) => group.startsWith('BUNDLE '))
    .flatMap((group) => group.split(' ').slice(1));
  const media = sections.map((section) => readSection(section, bundle));
  const found = sections.findIndex(isVideoForUs);
  const video = media[found];
  const section = sections[found];
  if (video === undefined || section === undefined) throw new SdpError('no m=video section that receives');
  const h264 = chooseH264(section.attributes);
  if (h264 === undefined) throw new SdpError(NO_H264);
  // Bundled sections share the transport of the first one (RFC 9143); browsers repeat it in each.
  const first = sections.find((_, index) => media[index]?.mid === bundle[0]);
  const sources = video.isBundled && first ? [section, first, session] : [section, session];
  return { sections: media, video, h264, transport: readTransport(sources, sections) };
}

/** What the library says of our own side. @throws {SdpError} */
export function readOwnTransport(text: string): Transport {
  const sections = splitSections(text);
  return readTransport(sections, sections);
}

function splitSections(text: string): [Section, ...Section[]] {
  if (Buffer.byteLength(text) > MAX_SDP_BYTES) throw new SdpError(`an SDP must have at most ${MAX_SDP_BYTES} bytes`);
  const lines = text.split(/\r?\n/);
  if (lines[0] !== 'v=0') throw new SdpError('an SDP must begin with v=0');
  if (lines.length > MAX_LINES) throw new SdpError(`an SDP must have at most ${MAX_LINES} lines`);
  const session: { media: string; attributes: string[] } = { media: '', attributes: [] };
  const sections: [typeof session, ...(typeof session)[]] = [session];
  let current = session;
  for (const line of lines) {
    if (line.startsWith('m=')) {
      current = { media: line.slice(2), attributes: [] };
      sections.push(current);
    } else if (line.startsWith('a=')) current.attributes.push(line.slice(2));
  }
  if (sections.length > MAX_SECTIONS + 1) throw new SdpError(`an SDP must have at most ${MAX_SECTIONS} media sections`);
  return sections;
}

const MEDIA =
  /^(audio|video|application|text|message) (\d{1,5})(?:\/\d{1,2})? ([A-Za-z0-9/]{1,40}) ([!-~]{1,40})(?: |$)/;
/** RFC 5888: a token; shorter than any browser would need. */
const MID = /^[!#$%&'*+\-.^_`{|}~A-Za-z0-9]{1,32}$/;
const RTPMAP = /^\d{1,3} [A-Za-z0-9-]{1,32}\/\d{1,7}(?:\/\d{1,2})?$/;

function readSection({ media, attributes }: Section, bundle: readonly string[]): MediaSection {
  const [, kind = '', , protocol = '', format = ''] = MEDIA.exec(media) ?? [];
  if (kind === '') throw new SdpError('an m= line cannot be understood');
  const mid = valuesOf({ media, attributes }, 'mid')[0] ?? '';
  if (!MID.test(mid)) throw new SdpError('a media section has no a=mid');
  const rtpmap = valuesOf({ media, attributes }, 'rtpmap').find((each) => each.startsWith(`${format} `));
  return {
    kind,
    protocol,
    mid,
    format,
    rtpmap: rtpmap !== undefined && RTPMAP.test(rtpmap) ? rtpmap : undefined,
    isBundled: bundle.includes(mid),
  };
}

function isVideoForUs({ media, attributes }: Section): boolean {
  return media.startsWith('video ') && !attributes.includes('sendonly') && !attributes.includes('inactive');
}

const HASH_BYTES: Readonly<Record<string, number>> = { 'sha-1': 20, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 };

function readTransport(sources: readonly Section[], all: readonly Section[]): Transport {
  const find = (key: string) => sources.flatMap((section) => valuesOf(section, key))[0] ?? '';
  const [ufrag, pwd, setup] = [find('ice-ufrag'), find('ice-pwd'), find('setup')];
  if (!/^[A-Za-z0-9+/]{4,256}$/.test(ufrag)) throw new SdpError('no a=ice-ufrag');
  if (!/^[A-Za-z0-9+/]{22,256}$/.test(pwd)) throw new SdpError('no a=ice-pwd');
  if (!isSetup(setup)) throw new SdpError('no a=setup with actpass, active or passive');
  return { ufrag, pwd, setup, fingerprint: readFingerprint(find('fingerprint')), candidates: readCandidates(all) };
}

function readFingerprint(text: string): Fingerprint {
  const [algorithm = '', value = ''] = text.split(' ');
  const byteLength = HASH_BYTES[algorithm.toLowerCase()];
  if (
    byteLength === undefined ||
    !/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})*$/.test(value) ||
    value.length !== byteLength * 3 - 1
  )
    throw new SdpError('no a=fingerprint with sha-256');
  return { algorithm: algorithm.toLowerCase(), value: value.toUpperCase() };
}

function readCandidates(sections: readonly Section[]): Candidate[] {
  return sections
    .flatMap(({ attributes }) => attributes.filter((each) => each.startsWith('candidate:')))
    .slice(0, 4 * MAX_CANDIDATES)
    .flatMap((each) => readCandidate(each) ?? [])
    .slice(0, MAX_CANDIDATES);
}

function isSetup(text: string): text is DtlsSetup {
  return text === 'actpass' || text === 'active' || text === 'passive';
}

function valuesOf({ attributes }: Section, key: string): string[] {
  return attributes.filter((each) => each.startsWith(`${key}:`)).map((each) => each.slice(key.length + 1).trim());
}
