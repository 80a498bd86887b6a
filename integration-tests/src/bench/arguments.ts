// The command line of the benchmark.

import { exitWithUsage, type OptionValues } from '@soft-stream/shared/command-line/command-line';

const PARTS = ['viewers', 'fairness', 'capture', 'stills', 'idle'] as const;

const OPTIONS = {
  quick: { type: 'boolean' },
  most: { type: 'boolean' },
  viewers: { type: 'string' },
  'frame-bytes': { type: 'string' },
  fps: { type: 'string' },
  seconds: { type: 'string' },
  'warm-up': { type: 'string' },
  'cpu-prof': { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
} as const;

export const PROGRAM = {
  name: 'bench',
  usage: `usage: npm run bench -- [options]

The pair beside the floor (a bare server of Node.js), in one run on the same cores, as a table and as JSON.

  --quick          under 30 s
  --most           with 500 viewers as well
  --viewers LIST   numbers of viewers, such as 1,10,50
  --frame-bytes N  size of a frame (79872)
  --fps N          frames per second (30)
  --seconds N      length of a row
  --warm-up N      seconds before the first row
  --only LIST      of ${PARTS.join(',')}
  --cpu-prof DIR   folder for CPU profiles of the services
  --json FILE      where all figures go (integration-tests/results/bench.json)
  -h, --help       this text
  --version        the version
`,
  options: OPTIONS,
} as const;

export interface BenchSettings {
  readonly quick: boolean;
  readonly viewers: readonly number[];
  readonly frameBytes: number;
  readonly fps: number;
  readonly seconds: number;
  readonly fairnessSeconds: number;
  readonly warmUp: number;
  readonly profileFolder: string | undefined;
  readonly parts: ReadonlySet<string>;
  readonly file: string;
}

/** Ends the process with usage where a value makes no sense. */
export function readSettings(values: OptionValues<typeof OPTIONS>): BenchSettings {
  const { quick = false, most = false } = values;
  const number = (option: string, text: string | undefined, preset: number) => {
    const value = text === undefined ? preset : Number(text);
    if (!(value > 0)) exitWithUsage(PROGRAM, `--${option} ${text}: a number above 0`);
    return value;
  };
  const parts = values.only?.split(',') ?? PARTS;
  const unknown = parts.find((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown !== undefined) exitWithUsage(PROGRAM, `--only ${unknown}: one of ${PARTS.join(', ')}`);
  return {
    quick,
    viewers:
      values.viewers?.split(',').map((text) => number('viewers', text, 1)) ??
      (quick ? [10] : [1, 3, 10, 50, 100, 200, ...(most ? [500] : [])]),
    frameBytes: number('frame-bytes', values['frame-bytes'], 79_872),
    fps: number('fps', values.fps, 30),
    seconds: number('seconds', values.seconds, quick ? 1.5 : 3),
    fairnessSeconds: number('seconds', values.seconds, quick ? 1.5 : 5),
    warmUp: number('warm-up', values['warm-up'], quick ? 1 : 18),
    profileFolder: values['cpu-prof'],
    parts: new Set(parts),
    file: values.json ?? 'integration-tests/results/bench.json',
  };
}
