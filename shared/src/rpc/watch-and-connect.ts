// Finds a server that comes and goes, without polling: the folder of its socket is watched, and each change there
// is followed by a few attempts. Between those no timer runs.
//
//   waiting --change in the folder--> trying --connected--> connected --closed--> trying
//      ^-------10 s without success------'

import type { Logger } from 'pino';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { type ConnectOptions, connectPeer } from './client.ts';
import type { MethodMap, NoMethods } from './methods.ts';
import { watchPath } from './path-watch.ts';
import type { RpcPeer } from './peer.ts';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
/** Attempts end this long after the last change. */
const TRY_FOR_MS = 10_000;
/** Only where the kernel lets us watch nothing (inotify limits): slow polling is the lesser evil. */
const UNWATCHED_RETRY_MS = 5_000;

export interface WatchOptions<Remote extends MethodMap<Remote>, Sent> extends Omit<ConnectOptions, 'signal'> {
  /** A connection was made; it is lent until `peer.closed`. Called again for every later one. */
  onPeer(peer: RpcPeer<Remote, Sent>): void;
  readonly clock?: Clock;
  readonly log: Logger;
}

export interface WatchingClient extends AsyncDisposable {
  /** Tries at once, e.g. for a new viewer; nothing happens while connected. */
  tryNow(): void;
  close(): Promise<void>;
}

export function watchAndConnect<Remote extends MethodMap<Remote> = NoMethods, Sent = NoMethods>(
  options: WatchOptions<Remote, Sent>,
): WatchingClient {
  const { path, clock = systemClock, log, onPeer } = options;
  const ended = new AbortController();
  let peer: RpcPeer<Remote, Sent> | undefined;
  let cancelRetry: (() => void) | undefined;
  let connecting: Promise<void> | undefined;
  let changedDuringAttempt = false;
  let retryMs = FIRST_RETRY_MS;
  let tryUntilMs = 0;
  let lastFailure: string | undefined;

  const attempt = async () => {
    changedDuringAttempt = false;
    try {
      peer = await connectPeer<Remote, Sent>({ ...options, signal: ended.signal });
    } catch (error) {
      if (ended.signal.aborted) return;
      const failure = error instanceof Error ? error.message : String(error);
      if (failure !== lastFailure) log.info({ reason: failure }, 'server not reached, waiting for it');
      lastFailure = failure;
      return planRetry();
    }
    lastFailure = undefined;
    void peer.closed.then(() => {
      peer = undefined;
      onChange();
    });
    onPeer(peer);
  };

  const tryNow = () => {
    cancelRetry?.();
    cancelRetry = undefined;
    if (ended.signal.aborted || peer) return;
    if (connecting !== undefined) {
      changedDuringAttempt = true;
      return;
    }
    connecting = attempt().finally(() => {
      connecting = undefined;
      if (changedDuringAttempt) tryNow();
    });
  };

  const planRetry = () => {
    if (clock.monotonicMs() < tryUntilMs) {
      cancelRetry = clock.after(retryMs, tryNow);
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    } else if (!watch.isWatching) {
      cancelRetry = clock.after(UNWATCHED_RETRY_MS, tryNow);
    }
  };

  const onChange = () => {
    retryMs = FIRST_RETRY_MS;
    tryUntilMs = clock.monotonicMs() + TRY_FOR_MS;
    tryNow();
  };

  const watch = watchPath({ path, onChange, log });
  onChange();

  return {
    tryNow,
    async close() {
      ended.abort(new Error('client closed'));
      cancelRetry?.();
      watch.close();
      peer?.close();
      await connecting;
    },
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}
