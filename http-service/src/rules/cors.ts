// Cross-origin reading of stream and snapshot, as `allow_origin` permits. Showing them in <img> needs none of this.

/** Response headers for a request of this Origin; empty when nothing is allowed. */
export function corsHeaders(origin: string | undefined, allowOrigin: readonly string[]): Record<string, string> {
  const exposed = { 'Access-Control-Expose-Headers': 'X-Timestamp, X-Frame-Kind, Retry-After' };
  if (allowOrigin.includes('*')) return { 'Access-Control-Allow-Origin': '*', ...exposed };
  if (allowOrigin.length === 0) return {};
  // A cache must not give one origin's answer to another.
  if (origin === undefined || !allowOrigin.includes(origin)) return { Vary: 'Origin' };
  return { 'Access-Control-Allow-Origin': origin, Vary: 'Origin', ...exposed };
}

/** What a preflight (OPTIONS) is told besides. */
export const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Methods': 'GET, HEAD',
  'Access-Control-Allow-Headers': 'Authorization, Cache-Control, Pragma',
  'Access-Control-Max-Age': '86400',
} as const;
