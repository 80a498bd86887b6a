// Where an answer may send us: three times at most, never to another host or from https to http. Whoever may answer
// for a camera cannot make us connect to something else in the network, and gets no password that is not for it.

import { UpstreamError } from '../failure/upstream-error.ts';

export const MAX_REDIRECTS = 3;

/** @param asked `cam2_url` @throws {UpstreamError} HTTP error, with the host that it points to */
export function followRedirect(from: URL, location: string, redirects: number, asked: string): URL {
  if (redirects >= MAX_REDIRECTS) throw new UpstreamError('HTTP error', `more than ${MAX_REDIRECTS} redirects`);
  const to = parse(location, from);
  if (to === undefined || !/^https?:$/.test(to.protocol)) {
    throw new UpstreamError('HTTP error', `${from.host} redirects to what is no web address`);
  }
  if (to.hostname !== from.hostname || (from.protocol === 'https:' && to.protocol === 'http:')) {
    const target = `${to.protocol}//${to.host}`;
    throw new UpstreamError('HTTP error', `${from.host} redirects to ${target}: if it is meant, set ${asked} to it`);
  }
  to.username = to.password = '';
  return to;
}

/** Credentials go to the origin that they were given for. */
export function mayHaveCredentials(to: URL, given: URL): boolean {
  return to.origin === given.origin;
}

function parse(location: string, base: URL): URL | undefined {
  try {
    return new URL(location, base);
  } catch {
    // TypeError ERR_INVALID_URL
    return undefined;
  }
}
