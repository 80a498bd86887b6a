// Which of the H.264 formats that a browser offers fits what we send (RFC 6184): packetization-mode 1, and best the
// constrained baseline profile.

import type { H264Format } from './peer.ts';

/** Profiles by the first bytes of profile-level-id, the best first; every decoder of the others reads baseline as well. */
const PREFERRED = ['42e0', '42c0', '4200', '4d', '64'] as const;
const PARAMETERS = /^[A-Za-z0-9=;-]{1,200}$/;

/** @param attributes lines of the media section without `a=` */
export function chooseH264(attributes: readonly string[]): H264Format | undefined {
  const formats = attributes.flatMap((line) => {
    const payloadType = /^rtpmap:(\d{1,3}) H264\/90000$/i.exec(line)?.[1];
    if (payloadType === undefined || Number(payloadType) > 127) return [];
    const parameters = parametersOf(attributes, payloadType);
    return /(^|;)packetization-mode=1(;|$)/.test(parameters) ? [{ payloadType: Number(payloadType), parameters }] : [];
  });
  return formats.sort((one, other) => rank(one) - rank(other))[0];
}

function parametersOf(attributes: readonly string[], payloadType: string): string {
  const prefix = `fmtp:${payloadType} `;
  const parameters =
    attributes
      .find((line) => line.startsWith(prefix))
      ?.slice(prefix.length)
      .replace(/\s/g, '') ?? '';
  return PARAMETERS.test(parameters) ? parameters : '';
}

function rank({ parameters }: H264Format): number {
  const profile = /profile-level-id=([0-9a-f]{6})/i.exec(parameters)?.[1]?.toLowerCase() ?? '42001f';
  const found = PREFERRED.findIndex((each) => profile.startsWith(each));
  return found === -1 ? PREFERRED.length : found;
}
