// What viewers say back (RTCP, RFC 3550 section 6; RFC 4585): that they are there, and that they need a key frame.

export interface RtcpSigns {
  /** at least one packet was understood */
  readonly isAlive: boolean;
  /** picture loss indication, or full intra request (RFC 5104) */
  readonly wantsKeyFrame: boolean;
}

const FIRST_TYPE = 200;
const LAST_TYPE = 207;
const PAYLOAD_FEEDBACK = 206;
const FORMAT = { pictureLoss: 1, fullIntra: 4 } as const;

/** @param packets a compound of them; any bytes are accepted */
export function readRtcp(packets: Buffer): RtcpSigns {
  let isAlive = false;
  let wantsKeyFrame = false;
  for (let at = 0; at + 4 <= packets.byteLength; ) {
    const first = packets[at] ?? 0;
    const type = packets[at + 1] ?? 0;
    const byteLength = (packets.readUInt16BE(at + 2) + 1) * 4;
    if (first >> 6 !== 2 || type < FIRST_TYPE || type > LAST_TYPE || at + byteLength > packets.byteLength) break;
    const format = first & 0x1f;
    isAlive = true;
    if (type === PAYLOAD_FEEDBACK && (format === FORMAT.pictureLoss || format === FORMAT.fullIntra))
      wantsKeyFrame = true;
    at += byteLength;
  }
  return { isAlive, wantsKeyFrame };
}
