// Why a camera behind an address gives no pictures: a cause from the bounded set, and a sentence with its advice.

import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import { SoftStreamError } from '@soft-stream/shared/runtime/errors';

export class UpstreamError extends SoftStreamError {
  readonly failure: RestartCause;
  /** another attempt before that is of no use; undefined = the usual pause */
  readonly retryAfterMs: number | undefined;

  /** @param message never holds a user, a password, or the query of an address */
  constructor(failure: RestartCause, message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super('ERR_UPSTREAM', message, options);
    this.failure = failure;
    this.retryAfterMs = options.retryAfterMs ?? (NEEDS_SOMEBODY.has(failure) ? SLOW_RETRY_MS : undefined);
  }
}

/** What goes on until somebody does something about it. */
const NEEDS_SOMEBODY: ReadonlySet<RestartCause> = new Set(['password', 'HTTP 404', 'TLS']);
const SLOW_RETRY_MS = 30_000;
