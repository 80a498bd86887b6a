// The video worker as http-service sees it: started, asked, watched, ended. A worker that does not answer is killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createPeer, type RpcPeer } from '@soft-stream/shared/rpc/peer';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { errorCode, errorMessage } from '@soft-stream/shared/runtime/errors';
import { findSetpriv, withDeathSignal } from '@soft-stream/shared/runtime/programs';
import type { Logger } from 'pino';
import {
  type EncoderCount,
  IPC_LIMITS,
  readCamera,
  readEncoded,
  readEnded,
  readProblem,
  readSession,
  type SentToWorker,
  type SessionEnd,
  type WorkerMethods,
  type WorkerSettings,
} from '../ipc/protocol.ts';

export interface WorkerListeners {
  onShown(camera: string): void;
  onConnected(session: string): void;
  onEnded(session: string, reason: SessionEnd): void;
  onEncoded(count: EncoderCount): void;
  onProblem(camera: string, message: string): void;
  /** Once, when it is gone. @param problem undefined: we ended it */
  onExit(problem: string | undefined): void;
}

export type WorkerPeer = RpcPeer<WorkerMethods, SentToWorker>;

export interface WorkerProcess {
  readonly pid: number | undefined;
  readonly peer: WorkerPeer;
  /** Resolves when it is ready; rejects with the reason in words. */
  readonly ready: Promise<void>;
  /** Lets it end by itself, and kills it when it does not. Resolves when it is gone. */
  stop(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL('../worker/main.js', import.meta.url));
const START_MS = 10_000;
const PING_EVERY_MS = 2_000;
const PING_WITHIN_MS = 4_000;
const GRACE_MS = 2_000;
const IPC_FD = 3;

export function startWorker(
  settings: WorkerSettings,
  listeners: WorkerListeners,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): WorkerProcess {
  let problem: string | undefined;
  let isStopping = false;
  let cancelPing: (() => void) | undefined;
  let cancelKill: (() => void) | undefined;

  const child = spawnWorker();
  const peer = connect(child, listeners, log);
  const fail = (reason: string) => {
    problem ??= reason;
    child.kill('SIGKILL');
  };
  const gone = new Promise<void>((resolve) => {
    let isGone = false;
    const leave = (how: string) => {
      if (isGone) return;
      isGone = true;
      cancelPing?.();
      cancelKill?.();
      peer.close();
      listeners.onExit(isStopping ? undefined : (problem ?? how));
      resolve();
    };
    child.once('error', (error) => leave(`the video worker cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => leave(`the video worker ended (${signal ?? code})`));
  });

  const ping = async () => {
    try {
      await peer.request('ping', {}, { timeoutMs: PING_WITHIN_MS });
    } catch (error) {
      // When it is gone `exit` says more.
      if (errorCode(error) === 'ERR_RPC_TIMEOUT') fail('the video worker did not answer');
      return;
    }
    cancelPing = clock.after(PING_EVERY_MS, () => void ping());
  };
  const ready = peer.request('start', settings, { timeoutMs: START_MS }).then(
    () => void ping(),
    (error: unknown) => {
      fail(errorMessage(error));
      throw error;
    },
  );
  // Whoever waits for it hears of it; nobody has to.
  ready.catch(() => undefined);

  return {
    pid: child.pid,
    peer,
    ready,
    stop() {
      isStopping = true;
      cancelPing?.();
      peer.close();
      cancelKill = clock.after(GRACE_MS, () => child.kill('SIGKILL'));
      return gone;
    },
  };
}

function spawnWorker(): ChildProcess {
  const command = [process.execPath, '--enable-source-maps', ENTRY];
  const [program = process.execPath, ...args] = withDeathSignal(command, { setpriv: findSetpriv(), signal: 'KILL' });
  // Its log lines go where ours go.
  return spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
}

function connect(child: ChildProcess, listeners: WorkerListeners, log: Logger): WorkerPeer {
  const socket = child.stdio[IPC_FD];
  return createPeer<WorkerMethods, SentToWorker>({
    socket: socket instanceof Socket ? socket : new Socket(),
    notifications: {
      shown: (params) => listeners.onShown(readCamera(params).camera),
      connected: (params) => listeners.onConnected(readSession(params).session),
      ended(params) {
        const { session, reason } = readEnded(params);
        listeners.onEnded(session, reason);
      },
      encoded: (params) => listeners.onEncoded(readEncoded(params)),
      problem(params) {
        const { camera, message } = readProblem(params);
        listeners.onProblem(camera, message);
      },
    },
    limits: IPC_LIMITS,
    log,
  });
}
