// No route takes a body. What little comes is read and thrown away by Node.js, so that the connection can be used again;
// of one that may be long nothing is read beyond the answer: its connection ends there.

import type { IncomingMessage, RequestListener } from 'node:http';

/** More is not worth reading: a new connection costs less. */
const SHORT_BYTES = 64 * 1024;

export function endBehindBodies(handler: RequestListener): RequestListener {
  return (request, response) => {
    if (mayBeLong(request)) response.shouldKeepAlive = false;
    handler(request, response);
  };
}

/** Chunked: nobody knows. */
function mayBeLong({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > SHORT_BYTES;
}
