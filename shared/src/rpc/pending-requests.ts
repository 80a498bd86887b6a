// Our own requests that wait for their answers: ids, deadlines, aborts, and the end of the connection.

import { abortable } from '../runtime/abortable.ts';
import type { Clock } from '../runtime/clock.ts';
import { encodeRequest, type RpcMessage } from './codec.ts';
import { RpcConnectionError, RpcError, type RpcErrorData } from './rpc-error.ts';

export interface RequestOptions {
  /** ERR_RPC_TIMEOUT after this; the other side is not notified. Default 10 s, 0 = none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface PendingRequests {
  request(method: string, params: unknown, options?: RequestOptions): Promise<unknown>;
  /** @returns false for an answer that nobody waits for */
  settle(answer: RpcMessage & { kind: 'result' | 'error' }): boolean;
  /** Also rejects every later request. */
  rejectAll(reason: Error): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

const DEFAULT_TIMEOUT_MS = 10_000;

export function createPendingRequests(io: {
  readonly send: (message: string) => boolean;
  readonly limit: number;
  readonly clock: Clock;
}): PendingRequests {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let closedReason: Error | undefined;

  return {
    request(method, params, { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = {}) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (closedReason) return Promise.reject(closedReason);
      if (waiting.size >= io.limit) {
        return Promise.reject(
          new RpcConnectionError('ERR_RPC_BUSY', `${io.limit} requests wait for an answer already`),
        );
      }
      return abortable(signal, (resolve, reject) => {
        const id = nextId++;
        const onTimeout = () =>
          reject(new RpcConnectionError('ERR_RPC_TIMEOUT', `no answer to ${method} within ${timeoutMs} ms`));
        const message = encodeRequest(id, method, params);
        waiting.set(id, { resolve, reject });
        const cancelTimer = timeoutMs > 0 ? io.clock.after(timeoutMs, onTimeout) : undefined;
        try {
          io.send(message);
        } catch (error) {
          reject(error);
        }
        return () => {
          waiting.delete(id);
          cancelTimer?.();
        };
      });
    },
    settle(answer) {
      const entry = typeof answer.id === 'number' ? waiting.get(answer.id) : undefined;
      if (entry === undefined) return false;
      if (answer.kind === 'result') entry.resolve(answer.result);
      else entry.reject(new RpcError(answer.error.code, answer.error.message, readErrorData(answer.error.data)));
      return true;
    },
    rejectAll(reason) {
      closedReason = reason;
      for (const entry of [...waiting.values()]) entry.reject(reason);
    },
  };
}

function readErrorData(data: unknown): RpcErrorData | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { retryAfterMs, reason, item } = data as Record<string, unknown>;
  return {
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(isItem(item) ? { item } : {}),
  };
}

function isItem(value: unknown): value is NonNullable<RpcErrorData['item']> {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('allowed' in value)) return false;
  return typeof value.name === 'string' && typeof value.allowed === 'string' && 'value' in value;
}
