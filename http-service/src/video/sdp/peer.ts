// What two peers must know of each other for one video: the few values of an SDP that matter here, each checked once.

export interface Fingerprint {
  /** lower case, as in RFC 8122: `sha-256` */
  readonly algorithm: string;
  /** upper-case pairs of hex digits, joined by colons */
  readonly value: string;
}

/** RFC 8842 section 5: who opens the DTLS connection. */
export type DtlsSetup = 'actpass' | 'active' | 'passive';

/** One side of the transport: ICE (RFC 8839) and DTLS. */
export interface Transport {
  readonly ufrag: string;
  readonly pwd: string;
  readonly fingerprint: Fingerprint;
  readonly setup: DtlsSetup;
  readonly candidates: readonly Candidate[];
}

/** A UDP address where a peer may be reached (RFC 8839 section 5.1). */
export interface Candidate {
  readonly foundation: string;
  readonly priority: number;
  /** IP address; in what we send it may be a name */
  readonly address: string;
  readonly port: number;
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
}

/** How H.264 is called in this session: the browser chooses the number. */
export interface H264Format {
  readonly payloadType: number;
  /** the parameters as the browser wrote them, or ours */
  readonly parameters: string;
}

/** The other side as the worker needs it. */
export interface RemotePeer {
  readonly transport: Transport;
  readonly format: H264Format;
}

/** Our side, as the worker made it. */
export interface LocalPeer {
  readonly transport: Transport;
  readonly ssrc: number;
}

/** RFC 6184 section 8.1: constrained baseline, fragments allowed; the level is what a browser writes and none insists on. */
export const OUR_FORMAT: H264Format = {
  payloadType: 96,
  parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
};

export const STREAM_ID = 'soft-stream';
