// Runs `rpicam-vid --list-cameras` once. Any of the programs prints the same; this one is needed anyway.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import { type ChildEnd, startChild } from '../../child-process/child.ts';
import { HEALTHY_GRACE_MS, stopChild } from '../../child-process/stop-ladder.ts';
import type { RpicamPrograms } from '../process/programs.ts';
import { type ListedCamera, ListingError, readListing } from './list-cameras.ts';

/** It opens and configures every camera in turn, each sensor mode once: some hundred milliseconds each. */
const TIMEOUT_MS = 10_000;
/** Far more than two cameras print; the rest is read and dropped. */
const MAX_OUTPUT_BYTES = 256 * 1_024;

/** @throws ListingError ERR_LISTING; `signal.reason` when aborted: the program is gone by then */
export async function runListing(options: {
  readonly programs: RpicamPrograms;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): Promise<readonly ListedCamera[]> {
  const { programs, clock, log, signal } = options;
  signal.throwIfAborted();
  const startedMs = clock.monotonicMs();
  const stdout = createTextSink();
  const stderr = createTextSink();
  const child = startChild({
    program: programs.vid,
    args: ['--list-cameras'],
    env: programs.env,
    setpriv: programs.setpriv,
    clock,
    stdout: stdout.push,
    onStderr: stderr.push,
  });

  const ending = await endOrStop(child.ended, clock, signal);
  if (ending === 'stop') {
    const { stuckInKernel } = await stopChild(child, { clock, gentleMs: HEALTHY_GRACE_MS });
    signal.throwIfAborted();
    const more = stuckInKernel ? ', and it cannot be killed: it sits in the kernel, only a reboot helps' : '';
    throw new ListingError(`listing cameras took longer than ${TIMEOUT_MS / 1_000} s${more}`);
  }
  if (ending.startError !== undefined) throw new ListingError(`rpicam-vid did not start: ${ending.startError}`);

  const cameras = readListing({ stdout: stdout.text(), stderr: stderr.text(), ...ending });
  log.debug({ durationMs: Math.round(clock.monotonicMs() - startedMs), cameras: cameras.length }, 'cameras listed');
  if (cameras.length === 0 && stderr.text().includes('Could not open any dmaHeap'))
    log.warn('libcamera sees no camera because no /dev/dma_heap node can be opened');
  return cameras;
}

function endOrStop(ended: Promise<ChildEnd>, clock: Clock, signal: AbortSignal): Promise<ChildEnd | 'stop'> {
  return new Promise((resolve) => {
    const stop = () => resolve('stop');
    const cancel = clock.after(TIMEOUT_MS, stop);
    signal.addEventListener('abort', stop, { once: true });
    void ended.then((end) => {
      cancel();
      signal.removeEventListener('abort', stop);
      resolve(end);
    });
  });
}

function createTextSink() {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  return {
    push(chunk: Buffer) {
      if (byteLength < MAX_OUTPUT_BYTES) chunks.push(chunk);
      byteLength += chunk.length;
    },
    text: () => Buffer.concat(chunks).subarray(0, MAX_OUTPUT_BYTES).toString('utf8'),
  };
}
