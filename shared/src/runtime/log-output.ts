// Where the lines of the log go: a standard output that may be slow, full, or without a reader, none of which may hold the
// service up, not even at its end. pino's own destination writes what is left at the end again and again, whatever the
// error is: with a reader that is gone the process never ends.

import { write, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** A pipe that takes nothing just now is tried again after this. */
const AGAIN_MS = 100;
/** And at the end of the process for so long in all. */
const LAST_TRIES_MS = 500;

const STDOUT = 1;

/** Standard output. @param maxWaitingBytes lines beyond are dropped. What waits at the end of the process is written before it. */
export function openLogOutput(maxWaitingBytes: number): DestinationStream {
  // Looked at, a pipe is one that does not block: a write to a full one would hold a thread, and with it the process.
  void process.stdout;
  let waiting: string[] = [];
  let waitingBytes = 0;
  let begun = Buffer.alloc(0);
  let isWriting = false;
  let pause: NodeJS.Timeout | undefined;

  const takeWaiting = () => {
    begun = Buffer.concat([begun, Buffer.from(waiting.join(''))]);
    waiting = [];
    waitingBytes = 0;
  };
  const writeOn = () => {
    pause = undefined;
    if (begun.byteLength === 0) takeWaiting();
    if (begun.byteLength === 0) return;
    isWriting = true;
    write(STDOUT, begun, (error, written) => {
      isWriting = false;
      if (error?.code === 'EAGAIN') {
        // Keeps nobody alive: the end tries once more.
        pause = setTimeout(writeOn, AGAIN_MS).unref();
        return;
      }
      // No space, no reader: these lines are lost, later ones may not be.
      begun = error ? Buffer.alloc(0) : begun.subarray(written);
      writeOn();
    });
  };

  process.on('exit', () => {
    // What a thread is writing is written by it; what failed halfway is not begun again.
    if (isWriting) begun = Buffer.alloc(0);
    takeWaiting();
    writeLast(begun);
  });

  return {
    write(line) {
      const byteLength = Buffer.byteLength(line);
      if (waitingBytes + byteLength > maxWaitingBytes) return;
      waiting.push(line);
      waitingBytes += byteLength;
      if (!isWriting && pause === undefined) writeOn();
    },
  };
}

function writeLast(bytes: Buffer): void {
  const untilMs = performance.now() + LAST_TRIES_MS;
  for (let left = bytes; left.byteLength > 0; ) {
    try {
      left = left.subarray(writeSync(STDOUT, left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > untilMs) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
