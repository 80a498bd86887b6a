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

export interface Refusal {
  readonly kind: RefusalKind;
  readonly message: string;
  /** ms; when asking again makes sense */
  readonly retryAfterMs?: number;
}

export const HELD_OFF_REFUSAL: Refusal = { kind: 'heldOff', message: 'the camera is held off by the operator' };

export function captureFailed(message: string): Refusal {
  return { kind: 'captureFailed', message };
}

export class CameraRefusal extends SoftStreamError {
  readonly kind: RefusalKind;
  readonly retryAfterMs: number | undefined;

  constructor(kind: RefusalKind, message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super('ERR_CAMERA_REFUSED', message, options);
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}
