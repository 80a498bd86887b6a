// From the bytes of a child's stderr to events, bounded in every direction: the pipe is always read (a full one stops
// the video after seconds), but a flood costs neither memory nor a log line each.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import { libcameraError, readStderrLine, type StderrEvent } from './stderr-line.ts';

/** Longer lines are cut; the programs' own stay below 300 bytes. */
const MAX_LINE_BYTES = 2_048;
/** Read with understanding per second; what is beyond is only counted. 30 fps of info lines are about 1.5 KiB. */
const BYTES_PER_SECOND = 256 * 1_024;
const KEPT_LINES = 20;

export interface StderrReader {
  push(chunk: Uint8Array): void;
  /** the stream is over: an unfinished line counts as one */
  end(): void;
  /** the last lines that were no info text, oldest first */
  readonly lastLines: readonly string[];
  /** the last thing the program called an error, e.g. `failed to acquire camera /base/...` */
  readonly lastError: string | undefined;
  /** the last line that libcamera itself called an error; it often knows what the program does not say */
  readonly lastLibcameraError: string | undefined;
  /** bytes that were read but not looked at */
  readonly skippedBytes: number;
}

export function createStderrReader(options: {
  readonly clock: Clock;
  /** only what differs: an info line equal to the one before is not reported */
  readonly onEvent: (event: StderrEvent) => void;
}): StderrReader {
  const lastLines: string[] = [];
  const decoder = new TextDecoder();
  let unfinished = '';
  let lastInfo = '';
  let lastError: string | undefined;
  let lastLibcameraError: string | undefined;
  let skippedBytes = 0;
  let secondStartedMs = Number.NEGATIVE_INFINITY;
  let bytesThisSecond = 0;

  const takeLine = (raw: string) => {
    const line = raw.length > MAX_LINE_BYTES ? raw.slice(0, MAX_LINE_BYTES) : raw.trimEnd();
    if (line === '') return;
    if (line.startsWith('#')) {
      const tail = line.slice(line.indexOf(' lp='));
      if (tail === lastInfo) return;
      lastInfo = tail;
    }
    const event = readStderrLine(line);
    if (event.kind !== 'focus') {
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      lastLibcameraError = libcameraError(line) ?? lastLibcameraError;
    }
    if (event.kind === 'error') lastError = event.text;
    options.onEvent(event);
  };

  return {
    push(chunk) {
      const nowMs = options.clock.monotonicMs();
      if (nowMs - secondStartedMs >= 1_000) {
        secondStartedMs = nowMs;
        bytesThisSecond = 0;
      }
      bytesThisSecond += chunk.length;
      if (bytesThisSecond > BYTES_PER_SECOND) {
        skippedBytes += chunk.length;
        unfinished = '';
        return;
      }
      const lines = (unfinished + decoder.decode(chunk, { stream: true })).split('\n');
      unfinished = (lines.pop() ?? '').slice(0, MAX_LINE_BYTES);
      for (const line of lines) takeLine(line);
    },
    end() {
      const rest = unfinished;
      unfinished = '';
      if (rest !== '') takeLine(rest);
    },
    lastLines,
    get lastError() {
      return lastError;
    },
    get lastLibcameraError() {
      return lastLibcameraError;
    },
    get skippedBytes() {
      return skippedBytes;
    },
  };
}
