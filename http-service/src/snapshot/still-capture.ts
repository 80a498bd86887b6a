// A still: asked for at capture, then read from shared memory, where the answer says it is.

import type { BrokerMethods, StillResult } from '@soft-stream/shared/api/broker-api';
import type { FrameSubscriber, ReadFailure } from '@soft-stream/shared/frames/subscriber';
import { problemFromRpc } from '../broker/rpc-problem.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import type { CapturedImage } from './captured-image.ts';

export interface StillCaptureOptions {
  readonly camera: string;
  readonly subscriber: FrameSubscriber;
  /** how long a still may take, focusing included */
  readonly timeoutMs: number;
  request(params: BrokerMethods['still']['params'], timeoutMs: number): Promise<StillResult>;
}

/** Capture answers by itself in time; this is for one that does not. */
const ANSWER_GRACE_MS = 2_000;
const READ_TIMEOUT_MS = 2_000;
/** The picture could not be read where the answer said that it is: once more, then the reason is told. */
const ATTEMPTS = 2;

const FAILURES = {
  missing: 'the shared memory of this camera was deleted; capture-service will recreate it',
  unreadable: 'http-service is not allowed to read the shared memory of this camera',
  'not a ring': 'the shared memory of this camera does not hold frames of this version',
  short: 'the picture in shared memory is cut short',
  overwritten: 'the picture was overwritten before it could be read',
  'no such frame': 'the picture is not in the shared memory that http-service sees',
} as const satisfies Record<ReadFailure, string>;

/** @throws {HttpProblem} in the words of capture */
export async function captureStill(
  options: StillCaptureOptions,
  full: boolean,
  notBeforeMs: number,
): Promise<CapturedImage> {
  const { camera, subscriber, timeoutMs, request } = options;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    let result: StillResult;
    try {
      result = await request({ camera, full, notBeforeMs }, timeoutMs + ANSWER_GRACE_MS);
    } catch (error) {
      throw problemFromRpc(error);
    }
    subscriber.refresh();
    const image = result.source === 'stream' ? readStream(subscriber, result) : await readStill(subscriber, result);
    if (image) return image;
  }
  throw new HttpProblem('ERR_BUSY', FAILURES[subscriber.failure ?? 'overwritten'], { retryAfterS: 1 });
}

/** The newest frame of the stream is this one or a later one: as good. */
function readStream(subscriber: FrameSubscriber, { sequence }: StillResult): CapturedImage | undefined {
  let jpeg: Buffer | undefined;
  const head = subscriber.readLatest(
    {
      reserve(byteLength) {
        jpeg = Buffer.allocUnsafeSlow(byteLength);
        return { buffer: jpeg, offset: 0 };
      },
    },
    BigInt(sequence) - 1n,
  );
  return head && jpeg ? image(head, jpeg, 'live') : undefined;
}

async function readStill(subscriber: FrameSubscriber, { sequence }: StillResult): Promise<CapturedImage | undefined> {
  const still = await subscriber.readStill(BigInt(sequence), AbortSignal.timeout(READ_TIMEOUT_MS));
  return still && image(still.head, still.jpeg, 'still');
}

function image(
  head: { capturedAtMs: number; monotonicNs: bigint; width: number; height: number },
  jpeg: Buffer,
  source: CapturedImage['source'],
): CapturedImage {
  const { capturedAtMs, monotonicNs, width, height } = head;
  return { jpeg, capturedAtMs, monotonicMs: Number(monotonicNs) / 1e6, width, height, source };
}
