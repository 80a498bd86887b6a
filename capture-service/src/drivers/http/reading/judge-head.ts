// What the head of an answer promises: a stream, one picture, a question for the password, another address, or a reason
// why there is nothing. Pure. A status of 200 proves nothing, and neither does octet-stream: there the body decides.

import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import { UpstreamError } from '../failure/upstream-error.ts';

export interface AnswerHead {
  readonly status: number;
  /** names in lower case; of several with one name as Node.js joins them */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export type Promised =
  /** parts, or JPEGs in a row; boundary as it stands in the head, without quotes */
  | { readonly kind: 'stream'; readonly boundary: string | undefined }
  | { readonly kind: 'picture' }
  | { readonly kind: 'authenticate'; readonly challenge: string }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'nothing'; readonly error: UpstreamError };

const MAX_RETRY_AFTER_S = 3_600;

/** @param asked `cam2_url`, for advice @param host for people */
export function judgeHead({ status, headers }: AnswerHead, asked: string, host: string): Promised {
  const header = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : value?.join(', ');
  };
  const nothing = (failure: RestartCause, message: string): Promised => ({
    kind: 'nothing',
    error: new UpstreamError(failure, message, readRetryAfter(header('retry-after'))),
  });

  if (status === 401) {
    const challenge = header('www-authenticate');
    if (challenge !== undefined) return { kind: 'authenticate', challenge };
    return nothing('password', `${host} says 401 and not how to authenticate`);
  }
  if (status === 403) return nothing('password', `${host} forbids it (403)`);
  if (status === 404 || status === 410)
    return nothing('HTTP 404', `${host} has nothing there (${status}): check ${asked}`);
  if (REDIRECTS.has(status)) {
    const location = header('location');
    if (location !== undefined) return { kind: 'redirect', location };
  }
  if (status === 503 || status === 429) return nothing('HTTP error', `${host} is busy (${status})`);
  if (status === 502 || status === 504) {
    return nothing('HTTP error', `${host} is a proxy that cannot reach the camera (${status})`);
  }
  if (status !== 200) return nothing('HTTP error', `${host} answers with status ${status}`);

  const encoding = header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== '') {
    return nothing('no MJPEG', `${host} packs its pictures (Content-Encoding: ${short(encoding)}), which helps nobody`);
  }
  return judgeType(header('content-type') ?? '', host, nothing);
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function judgeType(
  contentType: string,
  host: string,
  nothing: (failure: RestartCause, message: string) => Promised,
): Promised {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('multipart/')) return { kind: 'stream', boundary: readBoundary(contentType) };
  if (/^image\/(jpeg|jpg|pjpeg)$/.test(type)) return { kind: 'picture' };
  if (type === '' || type === 'application/octet-stream' || /^video\/(x-)?(motion-?)?m?jpeg$/.test(type)) {
    return { kind: 'stream', boundary: readBoundary(contentType) };
  }
  if (type === 'text/html' || type === 'application/xhtml+xml') {
    return nothing('no MJPEG', `that is a web page, not a picture: ${host} has the pictures at another path`);
  }
  return nothing('no MJPEG', `${host} sends ${short(type)}, which is neither MJPEG nor JPEG`);
}

/** Quoted or not (RFC 2045, 5.1); an empty one is none. */
export function readBoundary(contentType: string): string | undefined {
  const [, quoted, token] = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? [];
  return quoted ?? token;
}

function readRetryAfter(text: string | undefined): { readonly retryAfterMs?: number } {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return {};
  return { retryAfterMs: Math.min(Number(text), MAX_RETRY_AFTER_S) * 1000 };
}

function short(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
}
