// A small camera as ESP32 boards are: chunked parts, one reader only (a second one connects and hears nothing), slow, and
// it drops the line when told to.

import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';

export interface SmallCamera extends AsyncDisposable {
  readonly url: string;
  /** readers that were served, and the most that were connected at once */
  readonly served: number;
  readonly mostReaders: number;
  /** cuts the line of whoever reads */
  drop(): void;
}

const BOUNDARY = '123456789000000000000987654321';
const HEAD =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Framerate: 60\r\n' +
  `Content-Type: multipart/x-mixed-replace;boundary=${BOUNDARY}\r\n\r\n`;
const FRAMES = [0, 1, 2].map((number) =>
  readFileSync(join(import.meta.dirname, `../../recordings/cam1/00${number}.jpg`)),
);

/** @param everyMs between two pictures */
export async function startSmallCamera(everyMs = 40): Promise<SmallCamera> {
  const sockets = new Set<Socket>();
  let reader: Socket | undefined;
  let served = 0;
  let mostReaders = 0;

  const stream = (socket: Socket) => {
    reader = socket;
    served += 1;
    socket.write(HEAD);
    let turn = 0;
    const timer = setInterval(() => {
      const jpeg = FRAMES[turn++ % FRAMES.length] ?? Buffer.alloc(0);
      const seconds = (process.uptime() + 12).toFixed(6);
      writeChunk(socket, `\r\n--${BOUNDARY}\r\n`);
      writeChunk(
        socket,
        `Content-Type: image/jpeg\r\nContent-Length: ${jpeg.byteLength}\r\nX-Timestamp: ${seconds}\r\n\r\n`,
      );
      writeChunk(socket, jpeg);
    }, everyMs);
    socket.once('close', () => {
      clearInterval(timer);
      reader = undefined;
      const next = [...sockets].find((each) => each !== socket && !each.destroyed);
      if (next !== undefined) stream(next);
    });
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    mostReaders = Math.max(mostReaders, sockets.size);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    socket.once('data', () => {
      if (reader === undefined) stream(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/stream`,
    get served() {
      return served;
    },
    get mostReaders() {
      return mostReaders;
    },
    drop: () => void reader?.destroy(),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function writeChunk(socket: Socket, content: string | Buffer): void {
  socket.write(`${content.length.toString(16)}\r\n`);
  socket.write(content);
  socket.write('\r\n');
}
