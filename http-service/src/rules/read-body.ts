// The body of a request that may have one: bounded in bytes and in time.

import type { IncomingMessage } from 'node:http';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { HttpProblem } from '../errors/http-problem.ts';

export const MAX_BODY_BYTES = 48 * 1024;
const WITHIN_MS = 5_000;

/** @throws {HttpProblem} ERR_BODY_TOO_LARGE, ERR_BODY_TIMEOUT, ERR_BODY_ENCODING */
export function readBody(request: IncomingMessage, clock: Clock, maxBytes = MAX_BODY_BYTES): Promise<string> {
  const tooLarge = new HttpProblem('ERR_BODY_TOO_LARGE', `a body must have at most ${maxBytes} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge);
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let byteLength = 0;
    const finish = (settle: () => void) => {
      cancel();
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      settle();
    };
    const onData = (piece: Buffer) => {
      byteLength += piece.byteLength;
      pieces.push(piece);
      if (byteLength > maxBytes) finish(() => reject(tooLarge));
    };
    const onEnd = () => finish(() => decode(Buffer.concat(pieces), resolve, reject));
    const onClose = () => finish(() => reject(new HttpProblem('ERR_BODY_TIMEOUT', 'the body did not arrive in time')));
    const cancel = clock.after(WITHIN_MS, onClose);
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

function decode(bytes: Buffer, resolve: (text: string) => void, reject: (error: Error) => void): void {
  try {
    resolve(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    reject(new HttpProblem('ERR_BODY_ENCODING', 'the body must be UTF-8', { cause }));
  }
}
