// What http-service and its video worker say to each other: JSON-RPC on a socket pair that only the two have. Each side
// reads what comes from the other with the checks below.

import { cameraName } from '@soft-stream/shared/api/camera-name';
import type { AppConfig } from '@soft-stream/shared/config/camera-config';
import { integer, type ParamCheck, readParams } from '@soft-stream/shared/rpc/params';
import { RPC_CODES, RpcError } from '@soft-stream/shared/rpc/rpc-error';
import type { Candidate, DtlsSetup, Fingerprint, H264Format, LocalPeer, RemotePeer, Transport } from '../sdp/peer.ts';

/** Served by the worker. */
export interface WorkerMethods {
  /** First of all. Fails with words for people: no library, no port. */
  start: { params: WorkerSettings; result: unknown };
  ping: { params: Record<string, never>; result: unknown };
  /** `remote` null: the worker offers, and the other side follows with `session.answer` */
  'session.open': { params: OpenSession; result: unknown };
  'session.answer': { params: { readonly session: string; readonly remote: RemotePeer }; result: unknown };
  'session.candidates': {
    params: { readonly session: string; readonly candidates: readonly Candidate[] };
    result: unknown;
  };
  'session.close': { params: { readonly session: string }; result: unknown };
  /** Ends the encoder of a camera that nobody watches any more. */
  'camera.stop': { params: { readonly camera: string }; result: unknown };
}

export interface WorkerSettings {
  readonly cameras: readonly WorkerCamera[];
  /** UDP */
  readonly port: number;
  /** `0.0.0.0`: all addresses */
  readonly bind: string;
  /** as the library takes them: `stun:host:port`, `turn:user:password@host:port` */
  readonly iceServers: readonly string[];
  readonly logLevel: AppConfig['logLevel'];
  readonly logFormat: AppConfig['logFormat'];
}

export interface WorkerCamera {
  readonly camera: string;
  /** of its frames in shared memory */
  readonly objectName: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kilobitsPerSecond: number;
}

export interface OpenSession {
  readonly session: string;
  readonly camera: string;
  readonly remote: RemotePeer | null;
}

/** Sent by http-service: the newest frame of the ring (`jpeg` null), or a picture that was drawn instead (base64). */
export interface SentToWorker {
  show: { readonly camera: string; readonly jpeg: string | null };
}

/** Sent by the worker. */
export interface SentByWorker {
  /** `show` was taken in: another one may come */
  shown: { readonly camera: string };
  connected: { readonly session: string };
  ended: { readonly session: string; readonly reason: SessionEnd };
  /** once a second while something is encoded: counted since the worker started */
  encoded: EncoderCount;
  /** the encoder ended or hangs; it is started again */
  problem: { readonly camera: string; readonly message: string };
}

export interface EncoderCount {
  readonly camera: string;
  readonly frames: number;
  readonly bytes: number;
  /** pictures that were replaced by a newer one before the encoder took them */
  readonly dropped: number;
}

export const SESSION_ENDS = ['closed', 'silent', 'not connected', 'failed'] as const;
export type SessionEnd = (typeof SESSION_ENDS)[number];

/** A drawn picture of a large camera, as base64. */
export const MAX_IPC_BYTES = 16 * 1024 * 1024;
/** Frames of many cameras, and their acknowledgements. */
export const IPC_LIMITS = {
  maxMessageBytes: MAX_IPC_BYTES,
  maxWaitingBytes: 4 * MAX_IPC_BYTES,
  rate: { perSecond: 20_000, burst: 40_000 },
} as const;

const id = text(/^[A-Za-z0-9_-]{1,64}$/);

const candidate: ParamCheck<Candidate> = (value) =>
  readParams(value, {
    foundation: text(/^[A-Za-z0-9+/]{1,32}$/),
    priority: integer(0, 2 ** 31 - 1),
    address: text(/^[A-Za-z0-9.:%-]{1,255}$/),
    port: integer(1, 65_535),
    type: oneOf('host', 'srflx', 'prflx', 'relay'),
  });
const candidates = list(candidate, 64);

const fingerprint: ParamCheck<Fingerprint> = (value) =>
  readParams(value, { algorithm: text(/^sha-\d{1,3}$/), value: text(/^[0-9A-F]{2}(:[0-9A-F]{2}){19,63}$/) });

const transport: ParamCheck<Transport> = (value) =>
  readParams(value, {
    ufrag: text(/^[A-Za-z0-9+/]{4,256}$/),
    pwd: text(/^[A-Za-z0-9+/]{22,256}$/),
    fingerprint,
    setup: oneOf<DtlsSetup>('actpass', 'active', 'passive'),
    candidates,
  });

const h264: ParamCheck<H264Format> = (value) =>
  readParams(value, { payloadType: integer(0, 127), parameters: text(/^[A-Za-z0-9=;-]{1,200}$/) });

const remotePeer: ParamCheck<RemotePeer> = (value) => readParams(value, { transport, format: h264 });

const workerCamera: ParamCheck<WorkerCamera> = (value) =>
  readParams(value, {
    camera: cameraName,
    objectName: text(/^\/[\w.-]{1,200}$/),
    width: integer(1, 65_535),
    height: integer(1, 65_535),
    fps: integer(1, 1_000),
    kilobitsPerSecond: integer(1, 100_000),
  });

export const readWorkerSettings = (params: unknown): WorkerSettings =>
  readParams(params, {
    cameras: list(workerCamera, 100),
    port: integer(1, 65_535),
    bind: text(/^[0-9a-fA-F.:]{2,45}$/),
    iceServers: list(text(/^(stun|turn):[^\s]{1,1000}$/), 8),
    logLevel: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
    logFormat: oneOf('text', 'json'),
  });
export const readOpenSession = (params: unknown): OpenSession =>
  readParams(params, {
    session: id,
    camera: cameraName,
    remote: (value) => (value === null ? null : remotePeer(value, 'remote')),
  });
export const readAnswer = (params: unknown) => readParams(params, { session: id, remote: remotePeer });
export const readCandidates = (params: unknown) => readParams(params, { session: id, candidates });
export const readSession = (params: unknown) => readParams(params, { session: id });
export const readCamera = (params: unknown) => readParams(params, { camera: cameraName });
export const readShow = (params: unknown) =>
  readParams(params, {
    camera: cameraName,
    jpeg: (value, name) => (value === null ? null : Buffer.from(text(/^[A-Za-z0-9+/=]*$/)(value, name), 'base64')),
  });

export const readLocalPeer = (result: unknown): LocalPeer =>
  readParams(result, { transport, ssrc: integer(1, 2 ** 32 - 1) });
export const readEnded = (params: unknown) => readParams(params, { session: id, reason: oneOf(...SESSION_ENDS) });
export const readEncoded = (params: unknown): EncoderCount =>
  readParams(params, {
    camera: cameraName,
    frames: integer(0, Number.MAX_SAFE_INTEGER),
    bytes: integer(0, Number.MAX_SAFE_INTEGER),
    dropped: integer(0, Number.MAX_SAFE_INTEGER),
  });
export const readProblem = (params: unknown) =>
  readParams(params, { camera: cameraName, message: text(/^[^\p{Cc}]{1,500}$/u) });

function text(pattern: RegExp): ParamCheck<string> {
  return (value, name) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new RpcError(RPC_CODES.invalidParams, `${name} is a text like ${pattern.source}`);
  };
}

function oneOf<const T extends string>(...words: readonly T[]): ParamCheck<T> {
  return (value, name) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw new RpcError(RPC_CODES.invalidParams, `${name} is one of ${words.join(', ')}`);
  };
}

function list<T>(check: ParamCheck<T>, maxLength: number): ParamCheck<readonly T[]> {
  return (value, name) => {
    if (Array.isArray(value) && value.length <= maxLength) return value.map((each: unknown) => check(each, name));
    throw new RpcError(RPC_CODES.invalidParams, `${name} is a list of at most ${maxLength}`);
  };
}
