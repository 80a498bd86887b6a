// One end of a connection: serves methods and listens to notifications, sends its own, within limits. No timer but the one of last-answers.ts.

import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { whenAborted } from '../runtime/abortable.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { createDeferred } from '../runtime/deferred.ts';
import { createTokenBucket } from '../runtime/token-bucket.ts';
import { encodeError, encodeNotification, encodeResult, parseMessage, type RpcId, type RpcMessage } from './codec.ts';
import { giveLastAnswers, type LastAnswers } from './last-answers.ts';
import { DEFAULT_LIMITS, type PeerLimits } from './limits.ts';
import { createLineFraming } from './line-framing.ts';
import type { MethodMap, NoMethods, PeerConnection, RpcContext, RpcListener, RpcMethod } from './methods.ts';
import { createPendingRequests, type RequestOptions } from './pending-requests.ts';
import { RATE_LIMITED, RPC_CODES, RpcConnectionError, RpcError } from './rpc-error.ts';

export interface RpcPeer<Remote extends MethodMap<Remote> = NoMethods, Sent = NoMethods> extends PeerConnection {
  /**
   * The answer is the other side's word for it: typed-methods.ts reads it into what Remote describes.
   * @throws {RpcError} the other side's error
   * @throws {RpcConnectionError} ERR_RPC_CLOSED, ERR_RPC_TIMEOUT, ERR_RPC_BUSY; or `signal.reason`
   */
  request<K extends keyof Remote & string>(
    method: K,
    params: Remote[K]['params'],
    options?: RequestOptions,
  ): Promise<unknown>;
  /** @returns false when it was left out (droppable and slow reader) or the other side has ended or closed the connection */
  notify<K extends keyof Sent & string>(
    method: K,
    params: Sent[K],
    options?: { readonly droppable?: boolean },
  ): boolean;
}

export interface PeerOptions {
  /** owned by the peer from here on */
  readonly socket: Socket;
  /** where bytes come from when not from its 'data' events; views that are valid until the listener returns */
  readonly onBytes?: (listener: (bytes: Uint8Array) => void) => void;
  readonly methods?: Readonly<Record<string, RpcMethod>>;
  readonly notifications?: Readonly<Record<string, RpcListener | undefined>>;
  readonly limits?: Partial<PeerLimits>;
  readonly clock?: Clock;
  readonly log: Logger;
}

/** What a method and all below it add at most. */
/** What one turn says is written at once, or when it is so much: what the system takes no longer waits here. */
const WRITE_BYTES = 16_384;
const LISTENERS_PER_REQUEST = 4;
/** A request may be asked again after this when too many are being served. */
const BUSY_RETRY_MS = 100;

export function createPeer<Remote extends MethodMap<Remote> = NoMethods, Sent = NoMethods>(
  options: PeerOptions,
): RpcPeer<Remote, Sent> {
  const { socket, methods = {}, notifications = {}, clock = systemClock, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const bucket = createTokenBucket(limits.rate, clock);
  const gone = new AbortController();
  // Every request that is being served may listen for the end; Node.js warns from the eleventh listener on.
  setMaxListeners(LISTENERS_PER_REQUEST * limits.maxRequestsServed, gone.signal);
  let served = 0;
  let refused = 0;
  let hasEnded = false;
  let lastAnswers: LastAnswers | undefined;
  const waiting: string[] = [];
  let waitingBytes = 0;

  const closeFor = (reason: string) => {
    if (gone.signal.aborted) return;
    log.warn({ reason }, 'connection closed by us');
    connection.close();
  };

  const send = (message: string): boolean => {
    if (gone.signal.aborted) return false;
    const byteLength = Buffer.byteLength(message);
    if (byteLength > limits.maxMessageBytes) {
      throw new RpcError(
        RPC_CODES.internalError,
        `${byteLength} bytes do not fit a message of ${limits.maxMessageBytes} bytes`,
      );
    }
    waiting.push(message);
    waitingBytes += byteLength;
    if (waitingBytes >= WRITE_BYTES) flush();
    else if (waiting.length === 1) process.nextTick(flush);
    if (unsentBytes() > limits.maxWaitingBytes) closeFor('the other side does not read its messages');
    return true;
  };
  // All that is said in one turn is one write: Node.js makes an error with a stack for each write that a closing
  // connection still had, and a system call for each that it had not.
  const flush = () => {
    const text = waiting.splice(0).join('');
    waitingBytes = 0;
    if (text !== '' && socket.writable) socket.write(text);
  };
  const unsentBytes = () => socket.writableLength + waitingBytes;
  const pending = createPendingRequests({ send, limit: limits.maxRequestsSent, clock });

  /** Counts a message against the rate. @returns milliseconds to wait, 0 = go on, undefined = connection closed */
  const admit = (): number | undefined => {
    const retryAfterMs = bucket.take();
    if (retryAfterMs === 0) {
      if (bucket.level >= limits.rate.burst / 2) refused = 0;
      return 0;
    }
    refused += 1;
    if (refused <= limits.maxRefused) return retryAfterMs;
    closeFor('flood');
    return undefined;
  };

  const receive = (message: RpcMessage) => {
    const isAnswer = message.kind === 'result' || message.kind === 'error';
    if (isAnswer && pending.settle(message)) return;
    const retryAfterMs = admit();
    if (retryAfterMs === undefined) return;
    if (message.kind === 'invalid') send(encodeError(message.id, message.code, message.message));
    else if (message.kind === 'request' && retryAfterMs > 0) sendRateLimited(message.id, retryAfterMs);
    else if (message.kind === 'request') serve(message.id, message.method, message.params);
    else if (message.kind === 'notification' && retryAfterMs === 0) listen(message.method, message.params);
  };

  const sendRateLimited = (id: RpcId, retryAfterMs: number) =>
    send(encodeError(id, RATE_LIMITED, 'too many requests', { retryAfterMs }));

  const serve = (id: RpcId, name: string, params: unknown) => {
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (method === undefined) send(encodeError(id, RPC_CODES.methodNotFound, 'no such method'));
    else if (served >= limits.maxRequestsServed) sendRateLimited(id, BUSY_RETRY_MS);
    else void call(method, id, name, params);
  };

  const call = async (method: RpcMethod, id: RpcId, name: string, params: unknown) => {
    served += 1;
    try {
      send(encodeResult(id, await method(params, context)));
    } catch (error) {
      if (!(error instanceof RpcError) && !gone.signal.aborted)
        log.error({ err: error, method: name }, 'method failed');
      sendFailure(id, error);
    } finally {
      served -= 1;
      if (lastAnswers !== undefined) flush();
      lastAnswers?.answered();
    }
  };

  const sendFailure = (id: RpcId, error: unknown) => {
    if (error instanceof RpcError) {
      // Cut, so that an error always fits a message.
      const reason = error.data?.reason?.slice(0, 1_000);
      const data = reason === undefined ? error.data : { ...error.data, reason };
      send(encodeError(id, error.rpcCode, error.message.slice(0, 1_000), data));
    } else send(encodeError(id, RPC_CODES.internalError, 'internal error'));
  };

  const listen = (name: string, params: unknown) => {
    const listener = Object.hasOwn(notifications, name) ? notifications[name] : undefined;
    try {
      listener?.(params, context);
    } catch (err) {
      log.warn({ err, method: name }, 'notification not understood');
    }
  };

  const framing = createLineFraming(
    limits.maxMessageBytes,
    {
      line: (text) => receive(parseMessage(text)),
      malformed: () => receive({ kind: 'invalid', id: null, code: RPC_CODES.parseError, message: 'not UTF-8' }),
      tooLong() {
        send(
          encodeError(null, RPC_CODES.invalidRequest, `a message must have at most ${limits.maxMessageBytes} bytes`),
        );
        closeFor('message too long');
      },
    },
    () => !gone.signal.aborted,
  );

  const closed = whenAborted(gone.signal);
  const ended = createDeferred();
  const end = (reason: Error) => {
    hasEnded = true;
    ended.resolve();
    pending.rejectAll(reason);
  };
  const leave = (cause?: Error) => {
    if (gone.signal.aborted) return;
    lastAnswers?.cancel();
    gone.abort(new RpcConnectionError('ERR_RPC_CLOSED', 'the connection is closed', { cause }));
    end(gone.signal.reason);
  };
  const halfClosed = () => {
    if (!socket.allowHalfOpen) return connection.close();
    end(new RpcConnectionError('ERR_RPC_CLOSED', 'the other side ended the connection'));
    flush();
    lastAnswers = giveLastAnswers({
      socket,
      served: () => served,
      limitMs: limits.halfOpenMs,
      clock,
      tooLong: () => closeFor('half open for too long'),
    });
  };
  if (options.onBytes) options.onBytes(framing.push);
  else socket.on('data', framing.push);
  // ECONNRESET, EPIPE and the like: an end as any other, 'close' follows.
  socket.on('error', (err) => leave(err));
  socket.on('end', halfClosed);
  socket.on('close', () => leave());

  const connection: RpcPeer<Remote, Sent> = {
    closed,
    ended: ended.promise,
    get hasEnded() {
      return hasEnded;
    },
    get isClosed() {
      return gone.signal.aborted;
    },
    close() {
      flush();
      leave();
      socket.destroy();
    },
    request: pending.request,
    notify(method, params, { droppable = false } = {}) {
      if (hasEnded || (droppable && unsentBytes() > limits.droppableBytes)) return false;
      return send(encodeNotification(method, params));
    },
  };
  const context: RpcContext = { peer: connection, signal: gone.signal };
  return connection;
}
