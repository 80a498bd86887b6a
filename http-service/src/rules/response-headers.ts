// Headers that every answer carries, and those with which stream and snapshot may be used elsewhere.

import type { Context, Middleware } from 'koa';
import { corsHeaders, PREFLIGHT_HEADERS } from './cors.ts';
import { actionOf } from './request-path.ts';

export function setSecurityHeaders(context: Context): void {
  context.set({ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin' });
}

/** Pictures are embedded anywhere (OctoPrint, dashboards): no CORP and no X-Frame-Options on them. */
const PICTURES = new Set(['/stream.mjpg', '/stream', '/snapshot.jpg', '/snapshot']);
const NO_CONTENT = 204;

/** CORS on the pictures alone; with no `allow_origin` an OPTIONS goes on to the router, and is told what is allowed. */
export function allowEmbedding(allowOrigin: readonly string[]): Middleware {
  return (context, next) => {
    const isPicture = PICTURES.has(context.path) || actionOf(context) !== undefined;
    if (!isPicture || allowOrigin.length === 0) return next();
    context.set(corsHeaders(context.get('Origin') || undefined, allowOrigin));
    if (context.method !== 'OPTIONS') return next();
    context.set(PREFLIGHT_HEADERS);
    context.status = NO_CONTENT;
    return undefined;
  };
}
