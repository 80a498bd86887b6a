// What a camera refuses, as a JSON-RPC error: the one table.

import { RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import { RpcError, type RpcErrorData } from '@soft-stream/shared/rpc/rpc-error';
import { CameraRefusal, type RefusalKind } from '../camera/decide/refusal.ts';

const CODES = {
  cameraAbsent: RPC_ERRORS.cameraAbsent,
  heldOff: RPC_ERRORS.heldOff,
  captureFailed: RPC_ERRORS.captureFailed,
  rateLimited: RPC_ERRORS.rateLimited,
  noAutofocus: RPC_ERRORS.noAutofocus,
  refused: RPC_ERRORS.refused,
} as const satisfies Record<RefusalKind, number>;

/** Anything but a refusal comes back as it is: that is a fault of ours, logged and answered with -32603. */
export function asRpcError(error: unknown): unknown {
  if (!(error instanceof CameraRefusal)) return error;
  const { kind, message, retryAfterMs } = error;
  const data: RpcErrorData = { reason: message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return new RpcError(CODES[kind], message, data, { cause: error });
}
