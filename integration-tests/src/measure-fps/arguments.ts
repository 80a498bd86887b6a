// The command line of measure-fps.

import type { CommandLine } from '@soft-stream/shared/command-line/command-line';

const USAGE = `Usage: npm run measure-fps -- URL [--frames N] [--timeout S] [--json]

  URL          of an MJPEG stream, e.g. http://127.0.0.1:18081/stream.mjpg or http://user:password@host/...
  --frames N   live frames to wait for, at least 2 (150)
  --timeout S  seconds for them, from the first live frame on (60)
  --json       one JSON object instead of text
  -h, --help   this text
  --version    the version

Exit code 0: all frames came; 1: too few, or no stream; 2: usage.`;

export interface MeasureArguments {
  readonly url: URL;
  readonly frames: number;
  readonly timeoutMs: number;
  readonly json: boolean;
}

export const PROGRAM = {
  name: 'measure-fps',
  usage: USAGE,
  options: { frames: { type: 'string' }, timeout: { type: 'string' }, json: { type: 'boolean' } },
  takesArguments: true,
} as const;

/** @throws Error with a message for people when it cannot be understood */
export function readArguments({ values, positionals }: CommandLine<typeof PROGRAM.options>): MeasureArguments {
  const [address, ...more] = positionals;
  if (address === undefined) throw new Error('the URL of a stream is missing');
  if (more.length > 0) throw new Error(`one URL at a time: "${more[0]}" is too much`);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:') throw new Error(`"${address}" is not an http:// address`);
  const frames = Number(values.frames ?? 150);
  if (!Number.isInteger(frames) || frames < 2) throw new Error(`--frames ${values.frames}: a whole number from 2 on`);
  const seconds = Number(values.timeout ?? 60);
  if (!(seconds > 0 && seconds < 86_400)) throw new Error(`--timeout ${values.timeout}: seconds, more than 0`);
  return { url, frames, timeoutMs: seconds * 1000, json: values.json ?? false };
}
