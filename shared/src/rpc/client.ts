// Connecting to a unix socket: one attempt, whole or not at all.

import { connect, type Socket } from 'node:net';
import { abortable } from '../runtime/abortable.ts';
import { errorCode, errorMessage } from '../runtime/errors.ts';
import { CLIENT_LIMITS } from './limits.ts';
import type { MethodMap, NoMethods } from './methods.ts';
import { createPeer, type PeerOptions, type RpcPeer } from './peer.ts';
import { RpcConnectionError } from './rpc-error.ts';

export interface ConnectOptions extends Omit<PeerOptions, 'socket'> {
  readonly path: string;
  readonly signal?: AbortSignal;
}

const READ_BYTES = 16 * 1024;

/** @throws {RpcConnectionError} ERR_RPC_UNREACHABLE, with the cause (ENOENT, ECONNREFUSED, EACCES); or `signal.reason` */
export async function connectPeer<Remote extends MethodMap<Remote> = NoMethods, Sent = NoMethods>(
  options: ConnectOptions,
): Promise<RpcPeer<Remote, Sent>> {
  let receive: (bytes: Uint8Array) => void = () => {};
  const socket = await connectSocket(options.path, options.signal, (bytes) => receive(bytes));
  // Nothing was read yet: this goes on in the same turn of the event loop in which the socket connected.
  const onBytes = (listener: typeof receive) => {
    receive = listener;
  };
  return createPeer<Remote, Sent>({ ...options, socket, onBytes, limits: { ...CLIENT_LIMITS, ...options.limits } });
}

/** Reads into one buffer that is used again: a new one for each of 30 messages a second costs more than the message. */
function connectSocket(
  path: string,
  signal: AbortSignal | undefined,
  receive: (bytes: Uint8Array) => void,
): Promise<Socket> {
  return abortable(signal, (resolve, reject) => {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const callback = (byteLength: number) => {
      receive(buffer.subarray(0, byteLength));
      return true;
    };
    const socket = connect({ path, onread: { buffer, callback } });
    const onConnect = () => resolve(socket);
    const onError = (cause: Error) => {
      const message = `cannot connect to ${path}: ${errorCode(cause) ?? errorMessage(cause)}`;
      reject(new RpcConnectionError('ERR_RPC_UNREACHABLE', message, { cause }));
    };
    socket.once('connect', onConnect);
    socket.once('error', onError);
    return (isAborted) => {
      socket.off('connect', onConnect);
      socket.off('error', onError);
      if (isAborted) socket.destroy();
    };
  });
}
