// Where a camera listens: a TCP address, a unix socket, or both.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { listenAtName, type SocketName } from '@soft-stream/shared/rpc/socket-name';
import { EXIT, errorCode, errorMessage, FatalError } from '@soft-stream/shared/runtime/errors';
import { readInheritedSockets, tcpAddress } from './inherited-sockets.ts';

/** nginx is in the group of the folder. */
const SOCKET_MODE = 0o660;
const FOLDER_MODE = 0o755;

/**
 * @param inherited where systemd listens already
 * @returns the port. @throws {FatalError} 69 when it is taken, 78 when the address cannot be used
 */
export async function listenTcp(
  server: Server,
  { camera, bind, port }: Pick<CameraConfig, 'camera' | 'bind' | 'port'>,
  inherited = readInheritedSockets(undefined),
): Promise<number> {
  const fd = inherited.take(tcpAddress(bind, port));
  try {
    await listening(server, () => server.listen(fd === undefined ? { host: bind, port } : { fd }));
  } catch (cause) {
    throw tcpError(camera, bind, port, cause);
  }
  return (server.address() as AddressInfo).port;
}

/** @throws {FatalError} 69 when a live process listens there, 78 */
export function listenSocket(
  server: Server,
  path: string,
  inherited = readInheritedSockets(undefined),
): Promise<SocketName> {
  const descriptor = inherited.take(path);
  return listenAtName(server, { path, mode: SOCKET_MODE, folderMode: FOLDER_MODE, descriptor });
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    listen();
  });
}

function tcpError(camera: string, bind: string, port: number, cause: unknown): FatalError {
  const where = `${bind} port ${port}`;
  switch (errorCode(cause)) {
    case 'EADDRINUSE':
      return new FatalError(
        EXIT.unavailable,
        'ERR_PORT_TAKEN',
        `${camera}_port=${port}: ${where} is taken by another program; end that one or choose another port`,
        { cause },
      );
    case 'EACCES':
      return new FatalError(
        EXIT.config,
        'ERR_PORT_FORBIDDEN',
        `${camera}_port=${port}: this user may not listen on ${where}; choose a port above 1023`,
        { cause },
      );
    default:
      return new FatalError(
        EXIT.config,
        'ERR_BIND',
        `${camera}_bind=${bind}: cannot listen on ${where}: ${errorMessage(cause)}`,
        { cause },
      );
  }
}
