// Which Host a request may name. A web page on a foreign domain that resolves to our address (DNS rebinding) would be
// "same origin" with us; its Host gives it away. RFC 9110 section 7.4 has 421 for a request sent to the wrong place.

import { isIP } from 'node:net';

/** Suffixes that no public name has: mDNS, routers' own, ICANN's private-use ones (RFC 6762, RFC 8375). */
const PRIVATE_SUFFIXES = ['.local', '.lan', '.internal', '.home.arpa'] as const;

/**
 * @param host the Host header as it came; undefined: an HTTP/1.0 client, which no browser is
 * @param allowedHosts names of `allowed_hosts`; `*.example.org` allows all below it
 */
export function isAllowedHost(host: string | undefined, allowedHosts: readonly string[]): boolean {
  if (host === undefined) return true;
  const name = hostName(host);
  if (name === undefined) return false;
  if (isIP(name) !== 0 || !name.includes('.')) return true;
  if (PRIVATE_SUFFIXES.some((suffix) => name.endsWith(suffix))) return true;
  return allowedHosts.some((allowed) => matches(name, allowed));
}

/** The name or address in a Host header, in lower case, without port, brackets and trailing dot; undefined if malformed. */
export function hostName(host: string): string | undefined {
  const bracketed = /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i.exec(host)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? bracketed.toLowerCase() : undefined;
  const name = /^([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::\d{1,5})?$/i.exec(host)?.[1];
  return name?.toLowerCase();
}

function matches(name: string, allowed: string): boolean {
  const wanted = allowed.trim().toLowerCase();
  if (wanted.startsWith('*.')) return name.endsWith(wanted.slice(1));
  return name === (hostName(wanted) ?? wanted);
}
