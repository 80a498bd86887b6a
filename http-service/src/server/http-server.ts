// An http.Server with limits: what one visitor may cost, and how many there may be.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { guardConnections } from './connection-guard.ts';
import { limitPipelining } from './pipelining.ts';
import { takeTurns } from './take-turns.ts';
import { endBehindBodies } from './unwanted-body.ts';

export interface HttpServerOptions {
  readonly handler: RequestListener;
  /** that may be open at once, of every kind: see connection-budget.ts */
  readonly maxConnections: number;
  readonly clock: Clock;
}

const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 100;
const KEEP_ALIVE_MS = 10_000;
/** An answer that is not a stream, and of which nothing is taken for so long, is given up. */
const SILENT_MS = 60_000;
/** Below the size of a frame: every part that a viewer has not taken at once ends with 'drain'. */
const HIGH_WATER_MARK_BYTES = 1024;
/** The longest that a timer can be: connection-guard.ts looks instead, and only when there is something to look at. */
const NEVER_MS = 2 ** 31 - 1;

export function createHttpServer({ handler, maxConnections, clock }: HttpServerOptions): Server {
  const server = createServer(
    {
      noDelay: true,
      keepAlive: true,
      highWaterMark: HIGH_WATER_MARK_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: NEVER_MS,
    },
    takeTurns(endBehindBodies(handler)),
  );
  server.maxHeadersCount = MAX_HEADERS;
  server.setTimeout(SILENT_MS);
  answerHalfClosed(server);
  guardConnections(server, clock, maxConnections);
  limitPipelining(server);
  return server;
}

/**
 * Who ends their side behind a request still reads (RFC 9293 section 3.6): without this, Node.js ends the connection at
 * once, and only what was answered by then arrives. It is no documented option, so half-close.test.ts holds on to it.
 * A viewer who is gone for good is noticed by what is written to him: a picture a second at least.
 */
function answerHalfClosed(server: Server): void {
  Object.assign(server, { httpAllowHalfOpen: true });
}
