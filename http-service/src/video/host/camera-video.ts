// The videos of one camera: who watches, what the worker is given to show, and what came of it. To the frame hub all
// videos together are one more audience: what is live, held or drawn is judged there, for pictures and video alike.

import { randomBytes } from 'node:crypto';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import { HttpProblem } from '../../errors/http-problem.ts';
import { createFramePacer, type FramePacer } from '../../frames/frame-pacer.ts';
import type { Part } from '../../frames/part.ts';
import { createVideoCounters, type VideoMonitor } from '../../status/video-monitor.ts';
import { readLocalPeer, type SessionEnd } from '../ipc/protocol.ts';
import type { Candidate, LocalPeer, RemotePeer } from '../sdp/peer.ts';
import type { VideoService } from './video-service.ts';

export interface CameraVideo extends VideoMonitor {
  /** of the frame hub: the newest picture, of whatever kind */
  offer(part: Part, nowMs: number): void;
  /** @param remote null: we offer. @throws {HttpProblem} */
  open(remote: RemotePeer | null): Promise<{ readonly session: string; readonly local: LocalPeer }>;
  /** @throws {HttpProblem} ERR_NOT_FOUND, ERR_BAD_SDP */
  answer(session: string, remote: RemotePeer): Promise<void>;
  addCandidates(session: string, candidates: readonly Candidate[]): Promise<void>;
  has(session: string): boolean;
  end(session: string): void;
  close(): void;
}

export interface CameraVideoOptions {
  readonly config: CameraConfig;
  readonly service: VideoService;
  /** @throws {HttpProblem} ERR_TOO_MANY_VIEWERS */
  admit(): void;
  /** somebody came or went */
  onViewers(): void;
  readonly clock: Clock;
  readonly log: Logger;
}

const OPEN_WITHIN_MS = 8_000;
const TOO_MANY_RETRY_S = 10;
/** 128 bits that nobody guesses: whoever knows the name of a session may end it. */
const ID_BYTES = 16;

export function createCameraVideo(options: CameraVideoOptions): CameraVideo {
  const { config, service, clock, log } = options;
  const { camera } = config;
  const sessions = new Set<string>();
  const counters = createVideoCounters();
  let lastProblem: string | undefined;
  let counted = { frames: 0, bytes: 0, dropped: 0 };
  let cancelLinger: (() => void) | undefined;
  let pacer = pacerFor(config);
  /** one picture is on its way to the worker; the newest one waits */
  let isShowing = false;
  let waiting: string | null | undefined;
  /** base64 of what was drawn, null: what the ring holds; undefined: nobody watches, or nothing was there yet */
  let newest: string | null | undefined;

  const add = (session: string) => {
    cancelLinger?.();
    cancelLinger = undefined;
    sessions.add(session);
    options.onViewers();
  };
  const remove = (session: string, reason: SessionEnd | 'worker lost') => {
    if (!sessions.delete(session)) return;
    counters.ended[reason]++;
    log.info({ reason, videos: sessions.size }, 'video viewer left');
    if (sessions.size === 0) linger();
    options.onViewers();
  };
  const linger = () => {
    newest = waiting = undefined;
    pacer = pacerFor(config);
    cancelLinger?.();
    cancelLinger = clock.after(config.lingerMs, () => {
      cancelLinger = undefined;
      service.peer?.request('camera.stop', { camera }).catch(() => undefined);
      service.endIfIdle();
    });
  };
  const show = (jpeg: string | null) => {
    if (isShowing) {
      waiting = jpeg;
      return;
    }
    waiting = undefined;
    isShowing = service.peer?.notify('show', { camera, jpeg }) ?? false;
  };

  service.listen(camera, {
    get isIdle() {
      return sessions.size === 0 && cancelLinger === undefined;
    },
    onShown() {
      isShowing = false;
      if (waiting !== undefined && sessions.size > 0) show(waiting);
    },
    onConnected(session) {
      if (sessions.has(session)) counters.connected++;
    },
    onEnded: remove,
    onEncoded({ frames, bytes, dropped }) {
      // Counted by the worker since it started; a new one begins again.
      counters.frames += Math.max(0, frames - counted.frames);
      counters.bytes += Math.max(0, bytes - counted.bytes);
      counters.dropped += Math.max(0, dropped - counted.dropped);
      counted = { frames, bytes, dropped };
    },
    onProblem(message) {
      lastProblem = message;
      counters.encoderProblems++;
    },
    onWorkerExit(problem) {
      isShowing = false;
      waiting = undefined;
      counted = { frames: 0, bytes: 0, dropped: 0 };
      if (problem !== undefined && sessions.size > 0) lastProblem = problem;
      for (const session of [...sessions]) remove(session, 'worker lost');
    },
  });

  const admit = () => {
    if (!config.video.isOn) throw new HttpProblem('ERR_NOT_FOUND', `video is off: ${camera}_webrtc=1 switches it on`);
    try {
      options.admit();
      if (sessions.size >= config.video.maxViewers) {
        throw new HttpProblem('ERR_TOO_MANY_VIEWERS', 'too many videos', { retryAfterS: TOO_MANY_RETRY_S });
      }
    } catch (error) {
      counters.refused++;
      throw error;
    }
  };
  /** What the worker makes of a request about one session. @throws {HttpProblem} */
  const ask = async (method: 'session.answer' | 'session.candidates', params: never) => {
    try {
      await service.peer?.request(method, params);
    } catch (cause) {
      throw new HttpProblem('ERR_BAD_SDP', 'the description cannot be used', { cause });
    }
  };
  const require = (session: string) => {
    if (!sessions.has(session))
      throw new HttpProblem('ERR_NOT_FOUND', 'session not found: it has ended or never existed');
  };

  return {
    isOn: config.video.isOn,
    missing: service.missing,
    counters,
    get viewerCount() {
      return sessions.size;
    },
    get lastProblem() {
      return lastProblem;
    },
    offer(part, nowMs) {
      if (part.kind === 'live' && pacer?.take(nowMs) === false) return;
      newest = part.kind === 'live' ? null : part.jpeg.toString('base64');
      show(newest);
    },
    async open(remote) {
      admit();
      const session = randomBytes(ID_BYTES).toString('hex');
      add(session);
      counters.opened++;
      try {
        const worker = await service.worker();
        // It was offered when there was no worker yet.
        if (newest !== undefined) show(newest);
        const params = { session, camera, remote };
        const local = readLocalPeer(await worker.request('session.open', params, { timeoutMs: OPEN_WITHIN_MS }));
        if (!sessions.has(session)) throw new HttpProblem('ERR_NO_VIDEO', 'the video worker was lost');
        log.info({ videos: sessions.size }, 'video viewer');
        return { session, local };
      } catch (error) {
        remove(session, 'failed');
        service.peer?.request('session.close', { session }).catch(() => undefined);
        if (error instanceof HttpProblem) throw error;
        log.warn({ err: error }, 'video session not opened');
        throw new HttpProblem('ERR_NO_VIDEO', 'the video could not be opened', { cause: error });
      }
    },
    async answer(session, remote) {
      require(session);
      await ask('session.answer', { session, remote } as never);
    },
    async addCandidates(session, candidates) {
      require(session);
      if (candidates.length > 0) await ask('session.candidates', { session, candidates } as never);
    },
    has: (session) => sessions.has(session),
    end(session) {
      require(session);
      remove(session, 'closed');
      service.peer?.request('session.close', { session }).catch(() => undefined);
    },
    close() {
      cancelLinger?.();
      sessions.clear();
    },
  };
}

/** undefined: every frame */
function pacerFor({ fps, video }: CameraConfig): FramePacer | undefined {
  return video.fps < fps ? createFramePacer(video.fps) : undefined;
}
