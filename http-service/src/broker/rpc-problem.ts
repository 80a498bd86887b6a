// What capture refused, as the answer a visitor gets.

import { RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import { UnreadableMessage } from '@soft-stream/shared/api/read-fields';
import { RpcConnectionError, RpcError } from '@soft-stream/shared/rpc/rpc-error';
import { HttpProblem } from '../errors/http-problem.ts';
import { withoutPaths } from '../status/portal-status.ts';

const AWAY_RETRY_S = 2;
/** Ours are positive; the standard's are not. */
const OUR_CODES = 1_000;

/** Errors that capture did not mean for anybody come back as they are. */
export function problemFromRpc(error: unknown): unknown {
  if (error instanceof RpcConnectionError) {
    return new HttpProblem('ERR_CAPTURE_AWAY', 'the camera service is unreachable', {
      retryAfterS: AWAY_RETRY_S,
      cause: error,
    });
  }
  if (error instanceof UnreadableMessage)
    return new HttpProblem('ERR_CAMERA_UNAVAILABLE', error.message, { cause: error });
  if (!(error instanceof RpcError)) return error;
  const message = withoutPaths(error.message);
  const retryAfterMs = error.data?.retryAfterMs;
  const options = {
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterS: Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
  };
  switch (error.rpcCode) {
    case RPC_ERRORS.rateLimited:
      return new HttpProblem('ERR_RATE_LIMITED', message, options);
    case RPC_ERRORS.invalidControl:
      return new HttpProblem('ERR_BAD_PARAMETER', message, { ...options, details: detailsOf(error) });
    case RPC_ERRORS.controlNotAllowed:
      return new HttpProblem('ERR_NOT_ALLOWED', message, options);
    case RPC_ERRORS.noAutofocus:
      return new HttpProblem('ERR_NO_AUTOFOCUS', message, options);
    case RPC_ERRORS.refused:
      return new HttpProblem('ERR_BUSY', message, options);
    case RPC_ERRORS.unknownCamera:
    case RPC_ERRORS.cameraAbsent:
    case RPC_ERRORS.heldOff:
    case RPC_ERRORS.captureFailed:
      return new HttpProblem('ERR_CAMERA_UNAVAILABLE', message, options);
    default:
      // A code of a newer capture-service: what it says is meant for people, whatever it is called.
      return error.rpcCode >= OUR_CODES ? new HttpProblem('ERR_CAMERA_UNAVAILABLE', message, options) : error;
  }
}

/** Which control, with what value, and what is allowed. */
function detailsOf({ data }: RpcError): Readonly<Record<string, unknown>> {
  if (data?.item === undefined) return {};
  const { name, value, allowed } = data.item;
  return { control: name, value, allowed };
}
