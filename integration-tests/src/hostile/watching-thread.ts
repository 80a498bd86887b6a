// A visitor who watches in a thread of its own: what a test does to be hostile keeps its own thread busy, and a visitor
// there would come late to his own pictures. Tells each part as it arrives: whether it is live, and when.

import { parentPort, workerData } from 'node:worker_threads';
import { openStream } from '../viewer/read-stream.ts';

export interface Arrival {
  readonly isLive: boolean;
  /** as sent: unix seconds */
  readonly timestamp: string | undefined;
  /** CLOCK_MONOTONIC ms, the same in all threads */
  readonly atMs: number;
}

const { url } = workerData as { readonly url: string };
try {
  for await (const { kind, timestamp } of await openStream(url)) {
    const arrival: Arrival = { isLive: kind === 'live', timestamp, atMs: Number(process.hrtime.bigint()) / 1e6 };
    parentPort?.postMessage(arrival);
  }
} catch {
  // ERR_STREAM_PREMATURE_CLOSE, ECONNRESET: the end of the thread tells
}
