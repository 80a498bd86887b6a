// A viewer for tests: one raw connection whose bytes are kept, parsed when somebody asks.

import { connect, type Socket } from 'node:net';
import { createMultipartParser } from '@soft-stream/shared/mjpeg/multipart-parser';

export interface StreamPart {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface StreamReader {
  readonly socket: Socket;
  /** everything since the connection, response head included */
  bytes(): Buffer;
  readonly byteLength: number;
  head(): string;
  /** the whole parts that have come so far */
  parts(): readonly StreamPart[];
  /** Waits until the condition holds, looked at after every chunk. */
  until(condition: (reader: StreamReader) => boolean): Promise<void>;
  close(): void;
}

/** Sends the request and reads on, until `close`. @param headers lines of their own, each ending in CRLF */
export function readStream(port: number, target = '/stream.mjpg', headers = '', boundary = 'FRAME'): StreamReader {
  const chunks: Buffer[] = [];
  const waiting = new Set<() => void>();
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`);
  const look = () => {
    for (const check of [...waiting]) check();
  };
  let byteLength = 0;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    byteLength += chunk.byteLength;
    look();
  });
  socket.on('close', look);
  socket.on('error', look);

  const bytes = () => Buffer.concat(chunks);
  const headEnd = () => bytes().indexOf('\r\n\r\n');
  const reader: StreamReader = {
    socket,
    bytes,
    get byteLength() {
      return byteLength;
    },
    head: () => bytes().subarray(0, headEnd()).toString('latin1'),
    parts() {
      const parts: StreamPart[] = [];
      if (headEnd() < 0) return parts;
      const parser = createMultipartParser({
        boundary,
        maxPartBytes: 10_000_000,
        onPart: (partHeaders, body) => parts.push({ headers: partHeaders, body }),
      });
      parser.push(bytes().subarray(headEnd() + 4));
      return parts;
    },
    until(condition) {
      return new Promise((resolve, reject) => {
        const check = () => {
          const isMet = condition(reader);
          if (!isMet && !socket.closed) return;
          waiting.delete(check);
          if (isMet) resolve();
          else reject(new Error('the connection ended before'));
        };
        waiting.add(check);
        check();
      });
    },
    close: () => socket.destroy(),
  };
  return reader;
}
