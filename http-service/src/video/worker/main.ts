// The video worker: a process of its own, started by http-service with the first viewer of a video. It reads frames
// read-only, runs the encoders and has the peer connections: what strangers send to the UDP port ends here.

import { createSocket } from 'node:dgram';
import { Socket } from 'node:net';
import { createPeer, type RpcPeer } from '@soft-stream/shared/rpc/peer';
import { RPC_CODES, RpcError } from '@soft-stream/shared/rpc/rpc-error';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import { createLogger } from '@soft-stream/shared/runtime/log';
import { findSetpriv, withDeathSignal } from '@soft-stream/shared/runtime/programs';
import { quietLog } from '@soft-stream/shared/runtime/quiet-log';
import type { Logger } from 'pino';
import {
  IPC_LIMITS,
  readAnswer,
  readCamera,
  readCandidates,
  readOpenSession,
  readSession,
  readShow,
  readWorkerSettings,
  type SentByWorker,
  type WorkerSettings,
} from '../ipc/protocol.ts';
import { createCameras } from './cameras.ts';
import { openRingSource } from './ring-source.ts';
import { createSessions } from './sessions.ts';

/** Where http-service put its end of the socket pair. */
const IPC_FD = 3;
const clock = systemClock;

interface Running {
  readonly cameras: ReturnType<typeof createCameras>;
  readonly sessions: ReturnType<typeof createSessions>;
}

function main(): void {
  let running: Running | undefined;
  const started = (): Running => {
    if (running === undefined) throw new RpcError(RPC_CODES.invalidRequest, 'not started');
    return running;
  };
  const require = (isThere: boolean) => {
    if (!isThere) throw new RpcError(RPC_CODES.invalidParams, 'no such session');
    return {};
  };
  const bootLog = createLogger({ service: 'video-worker', level: 'info', format: 'json' });
  const http: RpcPeer<Record<never, never>, SentByWorker> = createPeer({
    socket: new Socket({ fd: IPC_FD, readable: true, writable: true }),
    methods: {
      async start(params) {
        running = await start(readWorkerSettings(params), http);
        return {};
      },
      ping: () => ({}),
      'session.open': (params) => started().sessions.open(readOpenSession(params)),
      'session.answer': (params) => {
        const { session, remote } = readAnswer(params);
        return require(started().sessions.answer(session, remote));
      },
      'session.candidates': (params) => {
        const { session, candidates } = readCandidates(params);
        return require(started().sessions.addCandidates(session, candidates));
      },
      'session.close': (params) => {
        started().sessions.close(readSession(params).session);
        return {};
      },
      'camera.stop': (params) => {
        started().cameras.stop(readCamera(params).camera);
        return {};
      },
    },
    notifications: {
      show(params) {
        const { camera, jpeg } = readShow(params);
        running?.cameras.show(camera, jpeg);
        http.notify('shown', { camera });
      },
    },
    limits: IPC_LIMITS,
    log: bootLog,
  });
  // http-service has ended, or wants no more of us.
  void http.ended.then(() => {
    running?.cameras.stopAll();
    process.exit(0);
  });
}

async function start(settings: WorkerSettings, http: RpcPeer<Record<never, never>, SentByWorker>): Promise<Running> {
  const log = createLogger({ service: 'video-worker', level: settings.logLevel, format: settings.logFormat });
  const library = await loadLibrary(quietLog(log, clock));
  await requirePort(settings);
  const cameras = createCameras({
    cameras: settings.cameras,
    openRing: openRingSource,
    withDeathSignal: (command) => withDeathSignal(command, { setpriv: findSetpriv(), signal: 'KILL' }),
    onUnit: (camera, unit) => sessions.send(camera, unit),
    onProblem(camera, message) {
      log.warn({ camera, reason: message }, 'encoder ended, restarting it');
      http.notify('problem', { camera, message: message.replace(/\p{Cc}/gu, ' ').slice(0, 500) });
    },
    onCount: (count) => http.notify('encoded', count),
    clock,
  });
  const { port, bind, iceServers } = settings;
  const sessions = createSessions({
    openPeer: (options) => library.openPeer({ ...options, port, bind, iceServers, clock }),
    wantKeyFrame: cameras.wantKeyFrame,
    onConnected: (session) => http.notify('connected', { session }),
    onEnded: (session, reason) => http.notify('ended', { session, reason }),
    clock,
  });
  log.info({ port, pid: process.pid }, 'video worker ready');
  return { cameras, sessions };
}

async function loadLibrary(log: Logger) {
  try {
    const library = await import('./peer-connection.ts');
    library.logLibraryTo(log);
    return library;
  } catch (cause) {
    throw new RpcError(RPC_CODES.internalError, `node-datachannel cannot be loaded: ${errorMessage(cause)}`);
  }
}

/** The library itself would only fail to gather an address. */
function requirePort({ port, bind }: WorkerSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(bind.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(new RpcError(RPC_CODES.internalError, `UDP port ${port} (webrtc_port) cannot be used: ${error.message}`));
    });
    socket.bind({ port, address: bind, exclusive: true }, () => socket.close(() => resolve()));
  });
}

main();
