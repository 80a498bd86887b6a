// A client that keeps no rule of HTTP: it sends what it is told, byte for byte, and collects what comes back.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawConnection extends Disposable {
  readonly socket: Socket;
  /** everything that came, one character a byte */
  readonly text: string;
  readonly isClosed: boolean;
  send(bytes: string | Uint8Array): void;
  /** Resolves when the other side has closed or reset the connection. */
  readonly closed: Promise<void>;
}

/** @param url of the service; its path does not matter */
export function rawConnection(url: string): RawConnection {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const chunks: Buffer[] = [];
  let isClosed = false;
  socket.on('data', (chunk) => chunks.push(chunk));
  // Being reset is one of the answers that a hostile client gets.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    const end = () => {
      isClosed = true;
      socket.destroy();
      resolve();
    };
    socket.once('end', end);
    socket.once('close', end);
  });
  return {
    socket,
    closed,
    get text() {
      return Buffer.concat(chunks).toString('latin1');
    },
    get isClosed() {
      return isClosed;
    },
    send: (bytes) => void socket.write(bytes),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** As many at once as the system lets us; resolves when each is connected or refused. */
export async function rawConnections(url: string, count: number): Promise<RawConnection[]> {
  const connections = Array.from({ length: count }, () => rawConnection(url));
  await Promise.all(
    connections.map(({ socket, closed }) => Promise.race([once(socket, 'connect').catch(() => undefined), closed])),
  );
  return connections;
}

export interface RawAnswer {
  /** undefined: the connection was closed without a word */
  readonly status: number | undefined;
  readonly head: string;
  readonly text: string;
}

/** Longer than any answer takes: what goes on for so long is a stream. */
const EXCHANGE_LIMIT_MS = 30_000;

/**
 * Sends one request and takes what comes until the connection is closed, or the head and its body are there.
 * @throws when neither happens in time
 */
export async function exchange(url: string, request: string | Uint8Array): Promise<RawAnswer> {
  using connection = rawConnection(url);
  connection.send(request);
  const whole = new Promise<void>((resolve) => {
    connection.socket.on('data', () => {
      if (isWhole(connection.text)) resolve();
    });
  });
  const limit = AbortSignal.timeout(EXCHANGE_LIMIT_MS);
  const tooLong = once(limit, 'abort').then(() => {
    throw new Error(`no end within ${EXCHANGE_LIMIT_MS / 1_000} s of the answer ${connection.text.slice(0, 300)}`);
  });
  await Promise.race([connection.closed, whole, tooLong]);
  return readAnswer(connection.text);
}

export function readAnswer(text: string): RawAnswer {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
  const [head = ''] = text.split('\r\n\r\n', 1);
  return { status: status === undefined ? undefined : Number(status), head, text };
}

function isWhole(text: string): boolean {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const length = /^content-length: (\d+)\r?$/im.exec(head)?.[1];
  if (/^HTTP\/1\.1 (1|204|304)/.test(head)) return true;
  return rest.length > 0 && length !== undefined && rest.join('\r\n\r\n').length >= Number(length);
}
