// A viewer: opens an MJPEG stream over HTTP and hands out its parts as they arrive.

import { get, type IncomingMessage } from 'node:http';
import { createMultipartParser } from '@soft-stream/shared/mjpeg/multipart-parser';

export interface StreamPart {
  /** names in lower case */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** `live`, `held` or `placeholder`; a stream of another program does not say and is taken as live */
  readonly kind: string;
  /** as sent: unix seconds with six decimals */
  readonly timestamp: string | undefined;
  /** CLOCK_MONOTONIC ms when the part was whole */
  readonly receivedMs: number;
}

export interface StreamOptions {
  /** ends the stream: the iteration throws its reason */
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface OpenedStream extends AsyncIterable<StreamPart> {
  readonly response: IncomingMessage;
  close(): void;
}

/** No JPEG of any camera here is larger. */
const MAX_PART_BYTES = 64 * 1024 * 1024;

/** For callers that want the parts alone. Leaving the loop closes the connection. */
export async function* readStream(url: string | URL, options: StreamOptions = {}): AsyncGenerator<StreamPart> {
  const stream = await openStream(url, options);
  try {
    yield* stream;
  } finally {
    stream.close();
  }
}

/**
 * Credentials in the URL are sent as basic authentication.
 * @throws Error when the answer is not a multipart stream; the message says what it was
 */
export async function openStream(url: string | URL, options: StreamOptions = {}): Promise<OpenedStream> {
  const response = await requestStream(new URL(url), options);
  const boundary = boundaryOf(response);
  if (response.statusCode !== 200 || boundary === undefined) {
    response.destroy();
    const type = response.headers['content-type'] ?? 'no content type';
    throw new Error(`answered ${response.statusCode} ${response.statusMessage} (${type}), not a multipart stream`);
  }
  return {
    response,
    close: () => response.destroy(),
    [Symbol.asyncIterator]: () => partsOf(response, boundary),
  };
}

function requestStream(url: URL, { signal, headers }: StreamOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, ...(headers && { headers }), ...(signal && { signal }) }, resolve);
    request.on('error', (error) => reject(signal?.aborted ? signal.reason : withMessage(error)));
  });
}

/** A name with several addresses fails with an AggregateError that has a code but no message. */
function withMessage(error: Error & { code?: string }): Error {
  return error.message === '' ? new Error(`cannot connect (${error.code ?? error.name})`, { cause: error }) : error;
}

function boundaryOf(response: IncomingMessage): string | undefined {
  const type = response.headers['content-type'] ?? '';
  if (!/^multipart\//i.test(type)) return undefined;
  return /boundary="?([^";]+)"?/i.exec(type)?.[1];
}

async function* partsOf(response: IncomingMessage, boundary: string): AsyncGenerator<StreamPart> {
  let ready: StreamPart[] = [];
  const parser = createMultipartParser({
    boundary,
    maxPartBytes: MAX_PART_BYTES,
    onPart(headers, body) {
      ready.push({
        headers,
        body,
        kind: headers.get('x-frame-kind') ?? 'live',
        timestamp: headers.get('x-timestamp'),
        receivedMs: performance.now(),
      });
    },
  });
  for await (const chunk of response) {
    parser.push(chunk);
    const parts = ready;
    ready = [];
    yield* parts;
  }
}
