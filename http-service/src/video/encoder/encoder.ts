// One ffmpeg that turns JPEGs into H.264, and is watched: what it was given has to come out, soon.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import { type EncoderSettings, ffmpegArguments } from './ffmpeg-arguments.ts';
import { type AccessUnit, createFlvReader } from './flv-reader.ts';
import { matroskaFrameHead, matroskaHead } from './matroska.ts';

export interface EncoderOptions {
  readonly settings: EncoderSettings;
  /** ends with us, also when we are killed */
  readonly withDeathSignal: (command: readonly string[]) => readonly string[];
  onUnit(unit: AccessUnit): void;
  /** Once, unless it was closed by us. @param problem in words */
  onEnd(problem: string): void;
  readonly clock: Clock;
}

export interface Encoder {
  readonly settings: EncoderSettings;
  /** pictures that were given and have not come out */
  readonly inFlight: number;
  /** @param timeMs from 0 on, growing; an odd one becomes a key frame */
  encode(jpeg: Buffer, timeMs: number): void;
  /** Kills it. */
  close(): void;
}

/** Its start takes up to two seconds on a busy machine; then milliseconds a picture. */
const STUCK_AFTER_MS = 6_000;
const LOOK_EVERY_MS = 2_000;

export function startEncoder(options: EncoderOptions): Encoder {
  const { settings, clock, onUnit, onEnd } = options;
  const givenMs: number[] = [];
  let lastLine = '';
  let isOver = false;
  let hasBegun = false;

  const [program = 'ffmpeg', ...args] = options.withDeathSignal(['ffmpeg', ...ffmpegArguments(settings)]);
  const child: ChildProcess = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const finish = (problem: string | undefined) => {
    if (isOver) return;
    isOver = true;
    cancelLook?.();
    child.kill('SIGKILL');
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
    if (problem !== undefined) onEnd(problem);
  };
  const look = () => {
    const [oldestMs = Number.POSITIVE_INFINITY] = givenMs;
    if (clock.monotonicMs() - oldestMs > STUCK_AFTER_MS) return finish('the encoder hangs');
    cancelLook = clock.after(LOOK_EVERY_MS, look);
  };
  let cancelLook: (() => void) | undefined = clock.after(LOOK_EVERY_MS, look);

  const reader = createFlvReader((unit) => {
    givenMs.shift();
    if (!isOver) onUnit(unit);
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    try {
      reader.push(chunk);
    } catch (error) {
      finish(errorMessage(error));
    }
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastLine = text.trim().split('\n').at(-1)?.slice(0, 300) || lastLine;
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on('error', () => undefined);
  child.on('error', (error) => finish(`ffmpeg cannot be started: ${error.message}`));
  child.on('close', (code, signal) =>
    finish(`ffmpeg ended (${signal ?? code})${lastLine === '' ? '' : `: ${lastLine}`}`),
  );

  const write = (jpeg: Buffer, timeMs: number) => {
    child.stdin?.write(matroskaFrameHead(timeMs, jpeg.byteLength));
    child.stdin?.write(jpeg);
  };
  return {
    settings,
    get inFlight() {
      return givenMs.length;
    },
    encode(jpeg, timeMs) {
      if (isOver) return;
      givenMs.push(clock.monotonicMs());
      child.stdin?.cork();
      if (!hasBegun) {
        hasBegun = true;
        child.stdin?.write(matroskaHead(settings));
        // Its probing takes the first picture and gives it back to nobody.
        write(jpeg, timeMs);
        write(jpeg, timeMs + FIRST_LOST_MS);
      } else write(jpeg, timeMs);
      child.stdin?.uncork();
    },
    close: () => finish(undefined),
  };
}

/** Even, so that it changes nothing about the parity. */
const FIRST_LOST_MS = 2;
