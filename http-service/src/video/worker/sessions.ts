// All viewers of the worker, by camera. One that is silent is gone: a browser that was closed says no goodbye, and the
// library itself notices only after half a minute.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { AccessUnit } from '../encoder/flv-reader.ts';
import type { OpenSession, SessionEnd } from '../ipc/protocol.ts';
import type { Candidate, LocalPeer, RemotePeer } from '../sdp/peer.ts';
import type { Peer, PeerOptions } from './peer-connection.ts';
import { readRtcp } from './rtcp.ts';

export interface SessionsOptions {
  openPeer(options: Pick<PeerOptions, 'name' | 'remote' | 'onConnected' | 'onFailed' | 'onFeedback'>): Promise<Peer>;
  /** somebody has joined, or has lost too much */
  wantKeyFrame(camera: string): void;
  onConnected(session: string): void;
  onEnded(session: string, reason: SessionEnd): void;
  readonly clock: Clock;
}

export interface Sessions {
  open(request: OpenSession): Promise<LocalPeer>;
  /** @returns false when there is no such session */
  answer(session: string, remote: RemotePeer): boolean;
  addCandidates(session: string, candidates: readonly Candidate[]): boolean;
  close(session: string): void;
  send(camera: string, unit: AccessUnit): void;
}

/** From the offer until the connection stands. */
const CONNECT_WITHIN_MS = 15_000;
/** Receiver reports come every second from browsers, and every 7.5 s at most (RFC 3550 section 6.2). */
const SILENT_AFTER_MS = 9_000;
const LOOK_EVERY_MS = 500;
/** Viewers report what they receive: while nothing is sent to them they may be silent, and so is one that is gone. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A key frame costs as much as ten others: a viewer that asks for one after the other gets what it asked for last. */
const KEY_FRAME_EVERY_MS = 500;

interface Session {
  readonly camera: string;
  peer: Peer | undefined;
  isConnected: boolean;
  /** CLOCK_MONOTONIC ms of the last sign of life, or of the beginning */
  aliveMs: number;
  hasKeyFrame: boolean;
  /** CLOCK_MONOTONIC ms of the last access unit; undefined: none yet */
  sentMs: number | undefined;
}

/** ms without a sign of life after which a viewer is gone */
function silenceAllowed({ sentMs }: Session, nowMs: number): number {
  const isPaused = sentMs !== undefined && nowMs - sentMs > PAUSE_MS;
  return isPaused ? SILENT_AFTER_MS + LONGEST_PAUSE_MS : SILENT_AFTER_MS;
}

export function createSessions(options: SessionsOptions): Sessions {
  const { clock, wantKeyFrame, onConnected, onEnded } = options;
  const sessions = new Map<string, Session>();
  const askedMs = new Map<string, number>();
  let isLooking = false;

  const end = (id: string, reason: SessionEnd) => {
    const session = sessions.get(id);
    if (session === undefined) return;
    sessions.delete(id);
    session.peer?.close();
    onEnded(id, reason);
  };
  const look = () => {
    isLooking = false;
    const nowMs = clock.monotonicMs();
    for (const [id, session] of sessions) {
      const { isConnected, aliveMs } = session;
      if (isConnected && nowMs - aliveMs > silenceAllowed(session, nowMs)) end(id, 'silent');
      else if (!isConnected && nowMs - aliveMs > CONNECT_WITHIN_MS) end(id, 'not connected');
    }
    lookLater();
  };
  const lookLater = () => {
    if (isLooking || sessions.size === 0) return;
    isLooking = true;
    clock.after(LOOK_EVERY_MS, look);
  };
  const onFeedback = (session: Session, packets: Buffer) => {
    const { isAlive, wantsKeyFrame } = readRtcp(packets);
    if (isAlive) session.aliveMs = clock.monotonicMs();
    if (!wantsKeyFrame) return;
    const nowMs = clock.monotonicMs();
    if (nowMs - (askedMs.get(session.camera) ?? Number.NEGATIVE_INFINITY) < KEY_FRAME_EVERY_MS) return;
    askedMs.set(session.camera, nowMs);
    wantKeyFrame(session.camera);
  };

  return {
    async open({ session: id, camera, remote }) {
      const session: Session = {
        camera,
        peer: undefined,
        isConnected: false,
        aliveMs: clock.monotonicMs(),
        hasKeyFrame: false,
        sentMs: undefined,
      };
      sessions.set(id, session);
      lookLater();
      try {
        const peer = await options.openPeer({
          name: id,
          remote,
          onConnected() {
            session.isConnected = true;
            session.aliveMs = clock.monotonicMs();
            onConnected(id);
            wantKeyFrame(camera);
          },
          onFailed: () => end(id, 'failed'),
          onFeedback: (packets) => onFeedback(session, packets),
        });
        if (sessions.get(id) !== session) peer.close();
        session.peer = peer;
        return peer.local;
      } catch (error) {
        sessions.delete(id);
        throw error;
      }
    },
    answer(id, remote) {
      const peer = sessions.get(id)?.peer;
      peer?.answer(remote);
      return peer !== undefined;
    },
    addCandidates(id, candidates) {
      const peer = sessions.get(id)?.peer;
      peer?.addCandidates(candidates);
      return peer !== undefined;
    },
    close: (id) => end(id, 'closed'),
    send(camera, unit) {
      for (const session of sessions.values()) {
        if (session.camera !== camera || !session.isConnected) continue;
        // Nothing can be decoded before the first key frame.
        session.hasKeyFrame ||= unit.isKey;
        if (!session.hasKeyFrame) continue;
        const nowMs = clock.monotonicMs();
        if (session.sentMs !== undefined && nowMs - session.sentMs > PAUSE_MS) session.aliveMs = nowMs;
        session.sentMs = nowMs;
        session.peer?.send(unit);
      }
    },
  };
}
