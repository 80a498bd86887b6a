// Refuses requests for names that are not ours, and says how the owner allows one.

import type { Context } from 'koa';
import { HttpProblem } from '../errors/http-problem.ts';
import { hostName, isAllowedHost } from './host-rule.ts';

/** @throws {HttpProblem} ERR_HOST_NOT_ALLOWED */
export function requireHost(context: Context, allowedHosts: readonly string[]): void {
  // A target with a host in it (RFC 9112 section 3.2.2) counts as the Host header does: a proxy may have gone by either.
  const inTarget = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(context.req.url ?? '')?.[1];
  const hostHeader = context.req.headers.host;
  const host = inTarget !== undefined && isAllowedHost(hostHeader, allowedHosts) ? inTarget : hostHeader;
  // Two of them (RFC 9112 section 3.2 forbids it): Node.js takes the first, a proxy perhaps the other.
  const isOne = (context.req.headersDistinct['host']?.length ?? 0) <= 1;
  if (isOne && isAllowedHost(host, allowedHosts)) return;
  const name = isOne ? hostName(host ?? '') : undefined;
  throw new HttpProblem(
    'ERR_HOST_NOT_ALLOWED',
    name === undefined
      ? 'the Host header is malformed'
      : `this camera is not known as ${name.slice(0, 255)}; to allow that name set allowed_hosts=${name.slice(0, 255)}`,
  );
}
