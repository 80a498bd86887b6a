// Is a request that changes something sent by our own page, or by a program? Browsers say where it comes from.

/** The headers that decide, in lower case as Node.js gives them. */
export interface OriginHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | string[] | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

/** True when a browser says that another site made this request. Programs such as curl say nothing. */
export function isCrossSite(headers: OriginHeaders): boolean {
  return headers['sec-fetch-site'] === 'cross-site';
}

/**
 * True when Origin names another host or port than Host does. Behind nginx this works with
 * `proxy_set_header Host $http_host`. The scheme is not compared: TLS ends at the proxy.
 */
export function isForeignOrigin(headers: OriginHeaders): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (typeof origin !== 'string' || host === undefined || !URL.canParse(origin)) return true;
  const { protocol, host: originHost } = new URL(origin);
  if (protocol !== 'http:' && protocol !== 'https:') return true;
  const target = `${protocol}//${host}`;
  // Parsed alike, so that capitals and the scheme's default port do not matter.
  return !URL.canParse(target) || new URL(target).host !== originHost;
}
