// One picture of a camera behind an address: from `camN_snapshot_url`, else the first live one of the stream. The
// connection is closed when it settles, for the camera may have room for one.

import { whenAborted } from '@soft-stream/shared/runtime/abortable';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { DriverFrame, Still, StillRequest } from '../driver.ts';
import { readBody } from './connection/read-body.ts';
import { type Answer, createRequester, type Target } from './connection/request.ts';
import { UpstreamError } from './failure/upstream-error.ts';
import { createFrames } from './reading/frames.ts';

export interface HttpStillOptions {
  readonly target: Target;
  readonly maxStillBytes: number;
  readonly request: StillRequest;
  readonly clock: Clock;
}

/** @throws {UpstreamError}; `signal.reason` when aborted */
export async function fetchStill({ target, maxStillBytes, request, clock }: HttpStillOptions): Promise<Still> {
  const { signal, trouble } = request;
  const requester = createRequester(target, clock);
  const who = { host: target.url.host, camera: target.camera };

  const firstFrame = ({ response, promised }: Answer) =>
    new Promise<DriverFrame>((resolve, reject) => {
      const frames = createFrames({
        boundary: promised.kind === 'stream' ? promised.boundary : undefined,
        maxFrameBytes: maxStillBytes,
        clock,
        onFrame: (frame) => resolve({ ...frame, jpeg: Buffer.from(frame.jpeg) }),
        onNotLive: (reason) => trouble?.('not live', reason),
        onDamage: (what) => trouble?.('garbage', what),
      });
      readBody(response, who, {
        chunk: (bytes) => frames.push(bytes),
        end: (error) => reject(error ?? new UpstreamError('no MJPEG', `${who.host} ended without a picture`)),
      });
      void whenAborted(signal).then(() => reject(signal.reason));
    });

  try {
    return { ...(await firstFrame(await requester.ask(signal))), focus: null, lensPosition: null };
  } finally {
    await requester.close();
  }
}
