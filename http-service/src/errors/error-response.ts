// Error to HTTP answer: the one table of status numbers. Texts for people, JSON for who asks for it.

import type { Context } from 'koa';
import type { Logger } from 'pino';
import { HttpProblem, type ProblemCode } from './http-problem.ts';

const STATUS = {
  ERR_BAD_PARAMETER: 400,
  ERR_BAD_SDP: 400,
  ERR_BODY_ENCODING: 400,
  ERR_PIPELINED: 400,
  ERR_FOREIGN_ORIGIN: 403,
  ERR_NOT_ALLOWED: 403,
  ERR_NOT_FOUND: 404,
  ERR_BODY_TIMEOUT: 408,
  ERR_NO_AUTOFOCUS: 409,
  ERR_PRECONDITION: 412,
  ERR_BODY_TOO_LARGE: 413,
  ERR_MEDIA_TYPE: 415,
  // RFC 9110 section 15.5.20, Misdirected Request
  ERR_HOST_NOT_ALLOWED: 421,
  ERR_RATE_LIMITED: 429,
  ERR_BUSY: 503,
  ERR_CAMERA_UNAVAILABLE: 503,
  ERR_CAPTURE_AWAY: 503,
  ERR_NO_VIDEO: 503,
  ERR_TOO_MANY_VIEWERS: 503,
} as const satisfies Record<ProblemCode, number>;

const DEFAULT_RETRY_AFTER_S = 5;

/** What was not foreseen is logged, and answered without a word about it. */
export function answerError(context: Context, error: unknown, log: Logger): void {
  if (error instanceof HttpProblem) {
    const status = STATUS[error.code];
    if (status >= 500 || status === 429) context.set('Retry-After', String(error.retryAfterS ?? DEFAULT_RETRY_AFTER_S));
    answer(context, status, error.code, error.message, error.details);
    return;
  }
  const status = statusOf(error);
  if (status !== undefined) {
    answer(context, status, 'ERR_BAD_REQUEST', 'the request cannot be understood');
  } else {
    log.error({ err: error, path: context.path }, 'request failed');
    answer(context, 500, 'ERR_INTERNAL', 'internal error');
  }
}

/** Gives 404 and 405, which the router leaves empty, their words. */
export function answerNotFound(context: Context): void {
  if (context.respond === false || context.body !== undefined) return;
  if (context.status === 404) answer(context, 404, 'ERR_NOT_FOUND', 'Not found');
  else if (context.status === 405) {
    answer(context, 405, 'ERR_METHOD', `${context.path} allows ${context.response.get('Allow')}`);
  }
}

/** Koa's and the router's own errors about malformed requests carry a status of the 400s. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof URIError) return 400;
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function answer(context: Context, status: number, code: string, message: string, details: object = {}): void {
  context.status = status;
  context.set('Cache-Control', 'no-store');
  if (context.accepts('text/plain', 'application/json') === 'application/json') {
    context.body = { error: code, message, ...details };
  } else {
    context.type = 'text/plain; charset=utf-8';
    context.body = `${message}\n`;
  }
}
