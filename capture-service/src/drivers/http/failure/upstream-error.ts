// Why a camera behind an address gives no pictures: a cause from the bounded set, and a sentence with its advice.

import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import { SoftStreamError } from '@soft-stream/shared/runtime/errors';

export class UpstreamError extends SoftStreamError {
  readonly failure: RestartCause;

  /** @param message never holds a user, a password, or the query of an address */
  constructor(failure: RestartCause, message: string, options?: ErrorOptions) {
    super('ERR_UPSTREAM', message, options);
    this.failure = failure;
  }
}
