// Watches a stream and notes when each new live frame arrived; placeholders, held frames and repetitions are counted apart.

import { errorMessage } from '@soft-stream/shared/runtime/errors';
import { openStream } from '../viewer/read-stream.ts';
import type { MeasureArguments } from './arguments.ts';

export interface FrameCount {
  /** ms, one for each new live frame */
  readonly arrivalsMs: readonly number[];
  /** bytes of these frames */
  readonly byteLength: number;
  readonly notCounted: { readonly held: number; readonly placeholder: number; readonly repeated: number };
  /** why it ended before all frames came; undefined when they all did */
  readonly shortfall: string | undefined;
}

/** A camera may have to start and focus first; a viewer would not wait longer either. */
const FIRST_LIVE_FRAME_MS = 60_000;

/** @throws Error when there is no stream at the address */
export async function countFrames({ url, frames, timeoutMs }: MeasureArguments): Promise<FrameCount> {
  const deadline = new AbortController();
  const firstLimit = `no live frame within ${FIRST_LIVE_FRAME_MS / 1000} s`;
  let timer = setTimeout(() => deadline.abort(new Error(firstLimit)), FIRST_LIVE_FRAME_MS);
  const arrivalsMs: number[] = [];
  const notCounted = { held: 0, placeholder: 0, repeated: 0 };
  let byteLength = 0;
  let shortfall: string | undefined = 'the server ended the stream';
  let lastTimestamp: string | undefined;
  let stream: Awaited<ReturnType<typeof openStream>> | undefined;
  try {
    stream = await openStream(url, { signal: deadline.signal });
    for await (const part of stream) {
      if (part.kind === 'held' || part.kind === 'placeholder') {
        notCounted[part.kind]++;
        continue;
      }
      if (part.timestamp !== undefined && part.timestamp === lastTimestamp) {
        notCounted.repeated++;
        continue;
      }
      lastTimestamp = part.timestamp;
      if (arrivalsMs.length === 0) {
        clearTimeout(timer);
        timer = setTimeout(() => deadline.abort(new Error(`${timeoutMs / 1000} s are over`)), timeoutMs);
      }
      arrivalsMs.push(part.receivedMs);
      byteLength += part.body.length;
      if (arrivalsMs.length === frames) {
        shortfall = undefined;
        break;
      }
    }
  } catch (error) {
    if (stream === undefined) throw error;
    shortfall = errorMessage(deadline.signal.aborted ? deadline.signal.reason : error);
  } finally {
    clearTimeout(timer);
    stream?.close();
  }
  return { arrivalsMs, byteLength, notCounted, shortfall };
}
