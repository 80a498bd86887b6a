// A request that is answered with an error on purpose. The code decides the status, in error-response.ts.

import { SoftStreamError } from '@soft-stream/shared/runtime/errors';

export type ProblemCode =
  | 'ERR_BAD_PARAMETER'
  | 'ERR_BAD_SDP'
  | 'ERR_BODY_ENCODING'
  | 'ERR_BODY_TIMEOUT'
  | 'ERR_BODY_TOO_LARGE'
  | 'ERR_MEDIA_TYPE'
  | 'ERR_NO_VIDEO'
  | 'ERR_PRECONDITION'
  | 'ERR_PIPELINED'
  | 'ERR_FOREIGN_ORIGIN'
  | 'ERR_NOT_ALLOWED'
  | 'ERR_NOT_FOUND'
  | 'ERR_NO_AUTOFOCUS'
  | 'ERR_HOST_NOT_ALLOWED'
  | 'ERR_RATE_LIMITED'
  | 'ERR_BUSY'
  | 'ERR_CAMERA_UNAVAILABLE'
  | 'ERR_CAPTURE_AWAY'
  | 'ERR_TOO_MANY_VIEWERS';

export interface ProblemOptions {
  readonly retryAfterS?: number;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class HttpProblem extends SoftStreamError {
  override readonly code: ProblemCode;
  /** seconds after which asking again makes sense */
  readonly retryAfterS: number | undefined;
  /** beside code and message for who asks for JSON */
  readonly details: Readonly<Record<string, unknown>>;

  /** @param message goes to the visitor: no paths, nothing internal */
  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(code, message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterS = options.retryAfterS;
    this.details = options.details ?? {};
  }
}
