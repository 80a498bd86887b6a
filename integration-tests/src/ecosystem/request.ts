// One request as another program makes it: its headers and nothing else (fetch would add its own), a limit in time.

import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Ask {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'OPTIONS';
  readonly headers?: Readonly<Record<string, string>>;
  /** as the program has it: no answer within it is a failure there */
  readonly timeoutMs: number;
}

export function ask(url: string, { method = 'GET', headers = {}, timeoutMs }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(url, { method, headers, signal, agent: false }, (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
        reject,
      );
    });
    sent.once('error', reject);
    sent.end();
  });
}

export function isWholeJpeg(bytes: Uint8Array): boolean {
  const last = bytes.length - 1;
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[last - 1] === 0xff && bytes[last] === 0xd9;
}
