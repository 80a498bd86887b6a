// Video of all cameras: one worker process while anybody watches, nothing before and nothing after.

import type { AppConfig } from '@soft-stream/shared/config/camera-config';
import { captureRunDir, roleOf } from '@soft-stream/shared/config/capture-roles';
import { objectName } from '@soft-stream/shared/frames/names';
import { RpcError } from '@soft-stream/shared/rpc/rpc-error';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import { HttpProblem } from '../../errors/http-problem.ts';
import type { EncoderCount, SessionEnd, WorkerSettings } from '../ipc/protocol.ts';
import { missingForVideo } from './availability.ts';
import { startWorker, type WorkerListeners, type WorkerPeer, type WorkerProcess } from './worker-process.ts';

export interface CameraListener {
  /** no session yet, or no more: the worker is not needed by this camera */
  readonly isIdle: boolean;
  onShown(): void;
  onConnected(session: string): void;
  onEnded(session: string, reason: SessionEnd): void;
  onEncoded(count: EncoderCount): void;
  onProblem(message: string): void;
  /** The worker is gone, and every session with it. */
  onWorkerExit(problem: string | undefined): void;
}

export interface VideoService extends AsyncDisposable {
  /** why video cannot work here, in words; undefined: it can, as far as is known */
  readonly missing: string | undefined;
  /** of worker and encoder: what ended last without being asked to */
  readonly lastProblem: string | undefined;
  /** workers that ended without being asked to */
  readonly crashes: number;
  listen(camera: string, listener: CameraListener): void;
  /** Starts the worker if need be. @throws {HttpProblem} ERR_NO_VIDEO with the reason */
  worker(): Promise<WorkerPeer>;
  /** undefined while no worker runs */
  readonly peer: WorkerPeer | undefined;
  /** Ends the worker when no camera needs it. */
  endIfIdle(): void;
}

export interface VideoServiceOptions {
  readonly app: AppConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** After the first crash, the second in a row, ... until a worker has run for a while. */
const RETRY_MS = [0, 1_000, 3_000, 10_000] as const;
const HEALTHY_AFTER_MS = 60_000;

/** Starts nothing. */
export function createVideoService({ app, env, clock, log }: VideoServiceOptions): VideoService {
  const cameras = app.cameras.filter(({ video }) => video.isOn);
  const missing = cameras.length === 0 ? undefined : missingForVideo(env['PATH'] ?? '');
  const listeners = new Map<string, CameraListener>();
  let worker: WorkerProcess | undefined;
  let startedMs = 0;
  let failuresInRow = 0;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let lastProblem: string | undefined;
  let crashes = 0;
  if (missing !== undefined) log.warn({ reason: missing }, 'video is configured and cannot work here');

  const all = (call: (listener: CameraListener) => void) => {
    for (const listener of listeners.values()) call(listener);
  };
  const start = (): WorkerProcess => {
    startedMs = clock.monotonicMs();
    const events: WorkerListeners = {
      onShown: (camera) => listeners.get(camera)?.onShown(),
      onConnected: (session) => all((each) => each.onConnected(session)),
      onEnded: (session, reason) => all((each) => each.onEnded(session, reason)),
      onEncoded: (count) => listeners.get(count.camera)?.onEncoded(count),
      onProblem(camera, message) {
        lastProblem = message;
        listeners.get(camera)?.onProblem(message);
      },
      onExit(problem) {
        if (worker === started) worker = undefined;
        if (problem !== undefined) crashed(problem);
        all((each) => each.onWorkerExit(problem));
      },
    };
    const started = startWorker(workerSettings(app, cameras), events, { clock, log });
    log.info({ pid: started.pid }, 'video worker started');
    return started;
  };
  const crashed = (problem: string) => {
    const nowMs = clock.monotonicMs();
    failuresInRow = nowMs - startedMs > HEALTHY_AFTER_MS ? 1 : failuresInRow + 1;
    notBeforeMs = nowMs + (RETRY_MS[Math.min(failuresInRow, RETRY_MS.length) - 1] ?? 0);
    lastProblem = problem;
    crashes++;
    log.error({ reason: problem }, 'video worker lost: videos end, pictures go on');
  };
  const stop = async () => {
    const stopped = worker;
    worker = undefined;
    await stopped?.stop();
  };

  return {
    missing,
    get lastProblem() {
      return lastProblem;
    },
    get crashes() {
      return crashes;
    },
    get peer() {
      return worker?.peer;
    },
    listen: (camera, listener) => void listeners.set(camera, listener),
    async worker() {
      if (missing !== undefined) throw new HttpProblem('ERR_NO_VIDEO', `no video: ${missing}`);
      if (worker === undefined && clock.monotonicMs() < notBeforeMs) {
        const retryAfterS = Math.ceil((notBeforeMs - clock.monotonicMs()) / 1000);
        throw new HttpProblem('ERR_NO_VIDEO', `no video: ${lastProblem}`, { retryAfterS });
      }
      worker ??= start();
      const asked = worker;
      try {
        await asked.ready;
      } catch (cause) {
        const reason = cause instanceof RpcError ? cause.message : 'the video worker did not start';
        throw new HttpProblem('ERR_NO_VIDEO', `no video: ${reason}`, { cause });
      }
      return asked.peer;
    },
    endIfIdle() {
      if (worker === undefined || [...listeners.values()].some((each) => !each.isIdle)) return;
      log.info({ pid: worker.pid }, 'video worker ended: nobody watches');
      void stop();
    },
    [Symbol.asyncDispose]: stop,
  };
}

function workerSettings(app: AppConfig, cameras: AppConfig['cameras']): WorkerSettings {
  const { port, bind, iceServers } = app.webrtc;
  return {
    cameras: cameras.map(({ camera, driver, width, height, video }) => ({
      camera,
      objectName: objectName(captureRunDir(app.runDir, roleOf(driver)), camera),
      width,
      height,
      fps: video.fps,
      kilobitsPerSecond: video.kilobitsPerSecond,
    })),
    port,
    bind,
    iceServers: iceServers.map(({ scheme, host, port: serverPort, credentials }) =>
      credentials === undefined
        ? `${scheme}:${host}:${serverPort}`
        : `${scheme}:${encodeURIComponent(credentials.username)}:${encodeURIComponent(credentials.password)}@${host}:${serverPort}`,
    ),
    logLevel: app.logLevel,
    logFormat: app.logFormat,
  };
}
