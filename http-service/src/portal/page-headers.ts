// The headers of our HTML pages: nothing is loaded from elsewhere, nothing inline runs, others frame it only when told.

import type { Context } from 'koa';

export function setPageHeaders(context: Context, frameAncestors: string): void {
  context.set({
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      `frame-ancestors ${frameAncestors}`,
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
    Vary: 'Accept-Language',
  });
}
