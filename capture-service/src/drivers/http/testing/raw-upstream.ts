// A server that says exactly what a test wants, byte by byte: a camera, or what pretends to be one.

import { createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { sampleJpeg } from '@soft-stream/shared/mjpeg/testing/sample-jpeg';

export interface RawUpstream extends AsyncDisposable {
  readonly url: string;
  /** heads of the requests that came, in order */
  readonly requests: readonly string[];
  /** connections that are open now, and the most there ever were at once */
  readonly open: number;
  readonly mostOpen: number;
}

/** @param answer is called for each request, with its number from 1 */
export async function rawUpstream(
  answer: (socket: Socket, request: string, number: number) => void | Promise<void>,
  host = '127.0.0.1',
): Promise<RawUpstream> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let mostOpen = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    mostOpen = Math.max(mostOpen, sockets.size);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      requests.push(head);
      void answer(socket, head, requests.length);
      head = '';
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    requests,
    get open() {
      return sockets.size;
    },
    get mostOpen() {
      return mostOpen;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const STREAM_HEAD = 'HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n';

export function part(jpeg: Buffer, more = ''): Buffer {
  const head = `--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.byteLength}\r\n${more}\r\n`;
  return Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]);
}

export const JPEGS: readonly Buffer[] = [1, 2, 3].map((seed) => sampleJpeg({ seed, width: 320, height: 240 }));

/** A camera as they are: pictures until the socket closes. */
export async function streamPictures(socket: Socket, more = '', everyMs = 10): Promise<void> {
  socket.write(STREAM_HEAD);
  for (let turn = 0; !socket.destroyed; turn++) {
    socket.write(part(JPEGS[turn % JPEGS.length] ?? Buffer.alloc(0), more));
    await wait(everyMs);
  }
}
