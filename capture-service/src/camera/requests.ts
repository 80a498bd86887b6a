// Who waits for an answer of the camera: a number in the events, a promise outside. That somebody stops waiting, or
// has waited long enough, are events as well.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Answer, CameraEvent } from './decide/events.ts';
import { CameraRefusal, type Refusal } from './decide/refusal.ts';

export interface AskOptions {
  /** after which `timed-out` is reported, once */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** an abort ends what is done for the request, and the answer says so: keep waiting for it */
  readonly waitsOnAbort?: boolean;
}

export interface Requests {
  /** @throws {CameraRefusal} when refused; `signal.reason` when aborted */
  ask<K extends Answer['kind']>(
    kind: K,
    event: (request: number) => CameraEvent,
    options: AskOptions,
  ): Promise<Answer & { readonly kind: K }>;
  answer(request: number, value: Answer): void;
  refuse(request: number, refusal: Refusal): void;
  signalOf(request: number | null): AbortSignal | undefined;
}

interface Waiting {
  readonly signal: AbortSignal | undefined;
  answer(value: Answer): void;
  fail(reason: unknown): void;
}

export function createRequests(clock: Clock, post: (event: CameraEvent) => void): Requests {
  const waiting = new Map<number, Waiting>();
  let lastRequest = 0;

  return {
    ask: (kind, event, { timeoutMs, signal, waitsOnAbort = false }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted && !waitsOnAbort) return reject(signal.reason);
        lastRequest += 1;
        const request = lastRequest;
        const onAbort = () => {
          leave();
          reject(signal?.reason);
          post({ type: 'withdrawn', request });
        };
        const cancel =
          timeoutMs === undefined ? () => {} : clock.after(timeoutMs, () => post({ type: 'timed-out', request }));
        const leave = () => {
          cancel();
          signal?.removeEventListener('abort', onAbort);
          waiting.delete(request);
        };
        waiting.set(request, {
          signal,
          answer(value) {
            leave();
            if (isOfKind(value, kind)) resolve(value);
            else reject(new TypeError(`a request for ${kind} was answered with ${value.kind}`));
          },
          fail(reason) {
            leave();
            reject(reason);
          },
        });
        if (!waitsOnAbort) signal?.addEventListener('abort', onAbort, { once: true });
        post(event(request));
      }),
    answer: (request, value) => waiting.get(request)?.answer(value),
    refuse: (request, refusal) => waiting.get(request)?.fail(asError(refusal)),
    signalOf: (request) => (request === null ? undefined : waiting.get(request)?.signal),
  };
}

export function asError({ kind, message, retryAfterMs }: Refusal): CameraRefusal {
  return new CameraRefusal(kind, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function isOfKind<K extends Answer['kind']>(value: Answer, kind: K): value is Answer & { readonly kind: K } {
  return value.kind === kind;
}
