// The path that a request is about, as router and rules both see it: `//STREAM.MJPG/` is `/stream.mjpg`.

import type { Context } from 'koa';

/** Octets that need no escape (RFC 3986 section 2.3): escaped or not, they mean the same. */
const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/** RFC 3986 section 6.2.2.2 for escapes; beyond it one slash between segments, none at the end, and no capitals. */
export function normalPath(path: string): string {
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : escaped;
  });
  const segments = decoded.split('/').filter((segment) => segment !== '');
  return `/${segments.join('/').toLowerCase()}`;
}

/** From here on `context.path` is the normal one; `context.originalUrl` stays as it came. */
export function normalisePath(context: Context): void {
  context.path = normalPath(context.path);
}

/** What mjpg-streamer's names ask for: the value of `action`, in whatever capitals; undefined when there is none. */
export function actionOf(context: Context): string | undefined {
  if (context.path !== '/') return undefined;
  const key = Object.keys(context.query).find((name) => name.toLowerCase() === 'action');
  if (key === undefined) return undefined;
  const values = context.query[key];
  return (Array.isArray(values) ? values[0] : values) ?? '';
}
