// One running stream of a camera behind an address: one connection, whose bytes become frames, and one end with its
// cause. An address that answers with one picture is asked again and again, at the configured rate.

import { type Clock, sleep } from '@soft-stream/shared/runtime/clock';
import type { DriverFrame, OpenStream, StopResult, StreamEnd, StreamEvents } from '../driver.ts';
import { readBody } from './connection/read-body.ts';
import { type Answer, createRequester, type Requester, type Target } from './connection/request.ts';
import { explainError } from './failure/explain-error.ts';
import { UpstreamError } from './failure/upstream-error.ts';
import { createCaptureTimes } from './reading/capture-time.ts';
import { createFrames } from './reading/frames.ts';

export interface HttpStreamOptions {
  /** asked for at the start. @throws {UpstreamError} */
  target(): Promise<Target>;
  /** for messages */
  readonly host: string;
  readonly camera: string;
  /** frames per second, where pictures are fetched one by one */
  readonly fps: number;
  readonly maxFrameBytes: number;
  readonly events: StreamEvents;
  readonly clock: Clock;
}

/** Returns before anything is connected: what becomes of it is told by `events`. */
export function startHttpStream(options: HttpStreamOptions): OpenStream {
  const { host, camera, fps, maxFrameBytes, events, clock } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const who = { host, camera };
  const times = createCaptureTimes();

  const readFrames = (answer: Answer): Promise<number> => {
    let frames = 0;
    const take = (frame: DriverFrame) => {
      frames += 1;
      if (!signal.aborted) events.frame(frame);
    };
    const tellNotLive = (reason: string) => {
      frames += 1;
      if (signal.aborted) return;
      events.alive?.();
      events.trouble('not live', reason);
    };
    return new Promise((resolve, reject) => {
      const { promised } = answer;
      const splitter = createFrames({
        boundary: promised.kind === 'stream' ? promised.boundary : undefined,
        ...{ maxFrameBytes, clock, times },
        onFrame: take,
        onNotLive: tellNotLive,
        onDamage: (what) => events.trouble('garbage', what),
      });
      readBody(answer.response, who, {
        chunk: (bytes) => splitter.push(bytes),
        end(error) {
          if (error === undefined && promised.kind === 'picture') resolve(frames);
          else reject(error ?? endOf(host, splitter.isInsidePicture, frames));
        },
      });
    });
  };

  /** @throws whatever ends it */
  const stream = async (requester: Requester): Promise<never> => {
    for (let dueMs = clock.monotonicMs(); ; ) {
      const answer = await requester.ask(signal);
      const frames = await readFrames(answer);
      if (frames === 0) throw new UpstreamError('no MJPEG', `${host} sends a JPEG that is none`);
      // A camera that is slower sets the pace; what it is behind is not made up for.
      dueMs = Math.max(dueMs + 1000 / fps, clock.monotonicMs());
      await sleep(clock, dueMs - clock.monotonicMs(), signal);
    }
  };

  const run = async (): Promise<StreamEnd> => {
    let requester: Requester | undefined;
    const closeNow = () => void requester?.close();
    signal.addEventListener('abort', closeNow, { once: true });

    try {
      requester = createRequester(await options.target(), clock);
      return await stream(requester);
    } catch (error) {
      if (signal.aborted) return { cause: 'ended', message: 'stopped', cameraMissing: false };
      const { failure, message, retryAfterMs } = explainError(error, { phase: 'body', ...who });
      const end = { cause: failure, message, cameraMissing: false };
      return retryAfterMs === undefined ? end : { ...end, retryAfterMs };
    } finally {
      await requester?.close();
    }
  };
  const finished = run().then((end) => events.end(end));

  return {
    pid: undefined,
    async stop(): Promise<StopResult> {
      const beganMs = clock.monotonicMs();
      stopping.abort(new Error('the stream is stopped'));
      await finished;
      return { durationMs: clock.monotonicMs() - beganMs, stuckInKernel: false };
    },
  };
}

function endOf(host: string, isInsidePicture: boolean, frames: number): UpstreamError {
  if (frames === 0 && !isInsidePicture) return new UpstreamError('no MJPEG', `${host} ended without a picture`);
  return new UpstreamError('ended', `${host} ended the stream${isInsidePicture ? ' inside a picture' : ''}`);
}
