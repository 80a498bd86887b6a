// The body of an answer, chunk by chunk, and exactly one end. After the head, errors come on the request or on the
// response, whichever Node.js thinks of; a clean end and a cut look the same where no length was announced.

import type { IncomingMessage } from 'node:http';
import { explainError } from '../failure/explain-error.ts';
import type { UpstreamError } from '../failure/upstream-error.ts';

export interface BodyReports {
  /** A view that is valid during the call. What it throws ends the reading, with `explainError` of it. */
  chunk(bytes: Uint8Array): void;
  /** exactly once; undefined = the other side ended it */
  end(error: UpstreamError | undefined): void;
}

/** Always reads: what is not taken at once waits in the kernel, and grows old there. */
export function readBody(
  response: IncomingMessage,
  who: { readonly host: string; readonly camera: string },
  reports: BodyReports,
): void {
  let isOver = false;
  const finish = (error: unknown) => {
    if (isOver) return;
    isOver = true;
    reports.end(error === undefined ? undefined : explainError(error, { phase: 'body', ...who }));
  };
  if (response.destroyed) {
    finish(new Error('aborted'));
    return;
  }
  response.on('data', (chunk: Buffer) => {
    if (isOver) return;
    try {
      reports.chunk(chunk);
    } catch (error) {
      finish(error);
    }
  });
  response.once('end', () => finish(undefined));
  response.on('error', finish);
  response.once('close', () => finish(response.complete ? undefined : new Error('aborted')));
}
