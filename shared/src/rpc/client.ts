// Connecting to a unix socket: one attempt, whole or not at all.

import { connect, type Socket } from 'node:net';
import { errorCode, errorMessage } from '../runtime/errors.ts';
import { CLIENT_LIMITS } from './limits.ts';
import type { MethodMap, NoMethods } from './methods.ts';
import { createPeer, type PeerOptions, type RpcPeer } from './peer.ts';
import { RpcConnectionError } from './rpc-error.ts';

export interface ConnectOptions extends Omit<PeerOptions, 'socket'> {
  readonly path: string;
  readonly signal?: AbortSignal;
}

/** @throws {RpcConnectionError} ERR_RPC_UNREACHABLE, with the cause (ENOENT, ECONNREFUSED, EACCES); or `signal.reason` */
export async function connectPeer<Remote extends MethodMap<Remote> = NoMethods, Sent = NoMethods>(
  options: ConnectOptions,
): Promise<RpcPeer<Remote, Sent>> {
  const socket = await connectSocket(options.path, options.signal);
  return createPeer<Remote, Sent>({ ...options, socket, limits: { ...CLIENT_LIMITS, ...options.limits } });
}

function connectSocket(path: string, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const socket = connect(path);
    const settle = (finish: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      socket.off('connect', onConnect);
      socket.off('error', onError);
      finish();
    };
    const onConnect = () => settle(() => resolve(socket));
    const onError = (cause: Error) =>
      settle(() => {
        const message = `cannot connect to ${path}: ${errorCode(cause) ?? errorMessage(cause)}`;
        reject(new RpcConnectionError('ERR_RPC_UNREACHABLE', message, { cause }));
      });
    const onAbort = () =>
      settle(() => {
        socket.destroy();
        reject(signal?.reason);
      });
    socket.once('connect', onConnect);
    socket.once('error', onError);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
