// What one connection may cost. Every number bounds memory or work; the defaults suit both sockets.

import type { Rate } from '../runtime/token-bucket.ts';

/** One message, newline included. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

export interface PeerLimits {
  /** one message, newline included, in either direction */
  readonly maxMessageBytes: number;
  /** requests of the other side being served; one more is answered with 1005 */
  readonly maxRequestsServed: number;
  /** our own requests that wait for an answer; one more rejects with ERR_RPC_BUSY */
  readonly maxRequestsSent: number;
  /** droppable notifications are left out while more bytes than this wait to be written */
  readonly droppableBytes: number;
  /** the connection is closed when more bytes than this wait to be written */
  readonly maxWaitingBytes: number;
  /** messages taken in; what comes above it is answered with 1005 and `data.retryAfterMs`, or dropped */
  readonly rate: Rate;
  /** that many refusals in a row, without half a bucket in between, close the connection */
  readonly maxRefused: number;
  /** from the end of what the other side says to the end of the connection: its last answers, and their being taken */
  readonly halfOpenMs: number;
}

export const DEFAULT_LIMITS: PeerLimits = {
  maxMessageBytes: 64 * 1024,
  maxRequestsServed: 32,
  maxRequestsSent: 256,
  droppableBytes: 16 * 1024,
  maxWaitingBytes: 256 * 1024,
  rate: { perSecond: 50, burst: 200 },
  maxRefused: 500,
  halfOpenMs: 30_000,
};

/** For the side that connected to a server it trusts: frames and states come at the cameras' rate. */
export const CLIENT_LIMITS: Partial<PeerLimits> = { rate: { perSecond: 5_000, burst: 10_000 } };
