// What a camera refuses, and why: for people in the message, for programs in the kind.

import { SoftStreamError } from '@soft-stream/shared/runtime/errors';

export type RefusalKind =
  | 'cameraAbsent'
  | 'heldOff'
  | 'captureFailed'
  | 'rateLimited'
  | 'noAutofocus'
  /** not in this state */
  | 'refused';

export class CameraRefusal extends SoftStreamError {
  readonly kind: RefusalKind;
  /** ms; when asking again makes sense */
  readonly retryAfterMs: number | undefined;

  constructor(kind: RefusalKind, message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super('ERR_CAMERA_REFUSED', message, options);
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}
