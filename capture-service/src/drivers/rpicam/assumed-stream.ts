// A stream that is started where the camera was last seen, without listing first. Should the program open another
// camera there, or none, it is ended, the cameras are listed, and it is started right; from outside it is one stream
// that took longer to begin.

import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { Logger } from 'pino';
import type { Located, OpenStream, StopResult, StreamEvents } from '../driver.ts';

export interface AssumedStreamOptions {
  readonly assumed: Located;
  readonly events: StreamEvents;
  /** Opens one; `onWrongCamera` as in stream.ts. */
  open(located: Located, signal: AbortSignal, onWrongCamera: (why: string) => void): Promise<OpenStream>;
  /** by listing. undefined: it is not there */
  locate(signal: AbortSignal): Promise<Located | undefined>;
  readonly log: Logger;
}

/** @throws what `open` throws for the first one */
export async function startAssumed(options: AssumedStreamOptions, signal: AbortSignal): Promise<OpenStream> {
  const { assumed, events, open, locate, log } = options;
  const stopping = new AbortController();
  let restarted: Promise<void> | undefined;
  let current: OpenStream | undefined;
  let stopped: Promise<StopResult> | undefined;

  const fail = (message: string, cameraMissing: boolean) =>
    events.end({ cause: 'child exited', message, cameraMissing });

  const startRight = async (wrong: OpenStream, why: string) => {
    log.info({ cameraId: assumed.id, reason: why }, 'the cameras have changed: they are listed again');
    const { stuckInKernel } = await wrong.stop();
    if (stuckInKernel) return fail('the camera program is stuck in the kernel: reboot needed', false);
    try {
      const located = await locate(stopping.signal);
      if (located === undefined) return fail(why, true);
      events.corrected?.();
      current = await open(located, stopping.signal, () => undefined);
    } catch (error) {
      fail(stopping.signal.aborted ? 'stopped' : errorMessage(error), false);
    }
  };

  let wrongBecause: string | undefined;
  const onWrongCamera = (why: string) => {
    wrongBecause = why;
    if (current !== undefined) restarted = startRight(current, why);
  };
  current = await open(assumed, signal, onWrongCamera);
  // It may have turned out to be wrong while it was being opened.
  if (wrongBecause !== undefined && restarted === undefined) restarted = startRight(current, wrongBecause);

  return {
    get pid() {
      return current?.pid;
    },
    stop() {
      stopping.abort(new Error('the stream was stopped'));
      stopped ??= (async () => {
        await restarted;
        return current?.stop() ?? { durationMs: 0, stuckInKernel: false };
      })();
      return stopped;
    },
  };
}
