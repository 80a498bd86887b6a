// What `--list-cameras` prints, as data: pure. The text is the result, never the exit code alone
// (`No cameras available!` comes with exit 0).

import { SoftStreamError } from '@soft-stream/shared/runtime/errors';

export interface ListedCamera {
  /** as printed: a camera without a raw format uses up its index and prints no line */
  readonly index: number;
  /** sensor with suffix, e.g. `imx708_wide_noir` */
  readonly model: string;
  readonly id: string;
  readonly width: number | null;
  readonly height: number | null;
  /** e.g. `SRGGB10_CSI2P 1536x864`; no rates: a camera that streams meanwhile prints wrong ones */
  readonly modes: readonly string[];
}

/** Characters; real lines stay below 200. */
const MAX_LINE_LENGTH = 1_000;

export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** null when a signal ended it */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** Listing itself failed, so nothing is known about which cameras are there. */
export class ListingError extends SoftStreamError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_LISTING', message, options);
  }
}

/** @throws ListingError when the program did not get as far as a list */
export function readListing({ stdout, stderr, exitCode, signal }: ProgramOutput): ListedCamera[] {
  const nothing = /no cameras available/i.test(stdout) || /\*\*\* no cameras available \*\*\*/.test(stderr);
  if (nothing) return [];
  const isList = /^Available cameras\s*$/m.test(stdout);
  if (isList && exitCode === 0) return parseListing(stdout);
  const ending = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  const text = /^ERROR: (?:\*\*\* )?(.*?)(?: \*\*\*)?$/m.exec(stderr)?.[1] ?? firstLine(stderr) ?? firstLine(stdout);
  throw new ListingError(`listing cameras failed with ${ending}: ${text ?? 'it printed nothing'}`);
}

/** Takes the lines it knows and leaves the rest; never throws. */
export function parseListing(text: string): ListedCamera[] {
  const cameras: { index: number; model: string; id: string; size: readonly number[]; modes: string[] }[] = [];
  let format = '';
  for (const line of text.split(/\r?\n/).filter((each) => each.length <= MAX_LINE_LENGTH)) {
    const head = /^\s*(\d{1,4})\s*:\s*(\S+)\s(.*)\(([^()]+)\)\s*$/.exec(line);
    if (head) {
      const size = /\[(\d+)x(\d+)/.exec(head[3] ?? '');
      cameras.push({
        index: Number(head[1]),
        model: head[2] ?? '',
        id: head[4] ?? '',
        size: size ? [Number(size[1]), Number(size[2])] : [],
        modes: [],
      });
      format = '';
      continue;
    }
    const mode = /^\s+(?:Modes:\s*)?(?:'([^']+)'\s*:\s*)?(\d+x\d+)\s*\[/.exec(line);
    if (!mode) continue;
    format = mode[1] ?? format;
    cameras.at(-1)?.modes.push(`${format} ${mode[2]}`.trim());
  }
  return cameras.map(({ size, ...camera }) => ({ ...camera, width: size[0] ?? null, height: size[1] ?? null }));
}

function firstLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '');
}
