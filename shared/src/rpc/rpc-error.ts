// Errors of the sockets: what a method throws to be sent to the other side, and what a caller may meet.

import { SoftStreamError } from '../runtime/errors.ts';

/** The standard's own codes (JSON-RPC 2.0, section 5.1). Those of the services are RPC_ERRORS in api/broker-api.ts. */
export const RPC_CODES = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
} as const;

/** What a connection itself answers above its limits, with `data.retryAfterMs`; outside of what the standard keeps. */
export const RATE_LIMITED = 1005;

/** `error.data` */
export interface RpcErrorData {
  readonly retryAfterMs?: number;
  readonly reason?: string;
  /** which of the things that were asked for, with what value, and what is allowed */
  readonly item?: { readonly name: string; readonly value: unknown; readonly allowed: string };
}

/**
 * A JSON-RPC error, both ways: a method throws it to answer with exactly this code, message and data;
 * `request` rejects with it when the other side answered so.
 */
export class RpcError extends SoftStreamError {
  readonly rpcCode: number;
  readonly data: RpcErrorData | undefined;

  constructor(rpcCode: number, message: string, data?: RpcErrorData, options?: ErrorOptions) {
    super('ERR_RPC', message, options);
    this.rpcCode = rpcCode;
    this.data = data;
  }
}

/** No answer came or will come: `ERR_RPC_CLOSED`, `ERR_RPC_TIMEOUT`, `ERR_RPC_BUSY` or `ERR_RPC_UNREACHABLE`. */
export class RpcConnectionError extends SoftStreamError {}
