// The command line of camctl, read: `camctl VERB [camN] [--json]`. Pure.

import { parseCommandLine } from '@soft-stream/shared/command-line/command-line';
import { visibleText, visibleWord } from '@soft-stream/shared/runtime/visible-text';

export const VERBS = [
  'status',
  'cameras',
  'start',
  'stop',
  'auto',
  'autofocus',
  'get',
  'set',
  'reset',
  'snapshot',
  'restart',
  'rescan',
  'events',
  'doctor',
] as const;
export type Verb = (typeof VERBS)[number];

export interface Command {
  readonly verb: Verb;
  /** null = all cameras */
  readonly camera: string | null;
  readonly json: boolean;
  /** snapshot: a path, or `-` for stdout */
  readonly output: string | undefined;
  /** snapshot: the sensor's full resolution */
  readonly full: boolean;
  /** get: as lines for the environment file */
  readonly env: boolean;
  /** set: `name=value`; reset: names */
  readonly words: readonly string[];
}

export const USAGE = `usage: camctl VERB [camN] [--json]      (no camera = all)

  status      state, viewers, rate, focus and restarts
  cameras     what libcamera sees, with id lines to paste
  start       hold on: stream without viewers, until auto
  stop        hold off: nothing runs, until auto
  auto        follow demand again
  autofocus   one focus cycle; waits for its end (an idle camera is started for it)
  get         controls with value, source and range; --env: what was set, as lines
              to paste into the environment file
  set camN NAME=VALUE ...
              while it runs; kept until reset (all or nothing)
  reset camN [NAME ...]
              the values of the environment file again
  snapshot camN -o FILE|- [--full]
              one picture into FILE, or to stdout
  restart     stop the camera program and start it again
  rescan      look for missing cameras
  events      what happens from now on, one JSON object a line
  doctor      check everything a camera needs; says what to do

-h, --help: this text; --version: the version
exit code: 0 done, 1 refused or failed, 2 usage, 69 capture-service not reachable
SOFT_STREAM_RUN_DIR chooses the instance.
`;

const PROGRAM = {
  name: 'camctl',
  usage: USAGE,
  options: {
    json: { type: 'boolean' },
    output: { type: 'string', short: 'o' },
    full: { type: 'boolean' },
    env: { type: 'boolean' },
  },
  takesArguments: true,
} as const;

/** @returns the command, what was asked about the program itself, or what is wrong with the arguments */
export function readArguments(
  argv: readonly string[],
): Command | { readonly answer: string } | { readonly problem: string } {
  const read = parseCommandLine(PROGRAM, argv);
  if ('answer' in read || 'problem' in read) return read;
  const { values, positionals } = read;
  const [verb, camera = null, ...rest] = positionals;
  if (verb === 'help') return { answer: USAGE };
  if (verb === undefined) return { problem: 'no verb given' };
  if (!isVerb(verb)) return { problem: `unknown verb ${visibleText(verb)}` };
  const words = verb === 'set' || verb === 'reset' ? rest : [];
  const problem = findProblem(verb, camera, words === rest ? [] : rest, values) ?? findWordProblem(verb, camera, words);
  if (problem !== undefined) return { problem };
  return {
    verb,
    camera,
    json: values.json ?? false,
    output: values.output,
    full: values.full ?? false,
    env: values.env ?? false,
    words,
  };
}

function findWordProblem(verb: Verb, camera: string | null, words: readonly string[]): string | undefined {
  if (verb !== 'set' && verb !== 'reset') return undefined;
  if (camera === null) return `${verb} needs a camera such as cam0`;
  if (verb === 'reset') return undefined;
  if (words.length === 0) return 'set needs controls such as brightness=0.2';
  const wrong = words.find((word) => !/^[a-z_]+=/.test(word));
  return wrong === undefined ? undefined : `${visibleText(wrong)}: write it as NAME=VALUE`;
}

function findProblem(
  verb: Verb,
  camera: string | null,
  rest: readonly string[],
  values: {
    readonly output?: string | undefined;
    readonly full?: boolean | undefined;
    readonly env?: boolean | undefined;
  },
): string | undefined {
  if (rest.length > 0) return `too many arguments: ${rest.map(visibleWord).join(' ')}`;
  if (camera !== null && !/^cam(0|[1-9]\d{0,3})$/.test(camera))
    return `invalid camera ${visibleText(camera)}: must be camN, such as cam0`;
  if (verb === 'doctor' && camera !== null) return 'doctor takes no camera: it checks everything';
  if (values.env && verb !== 'get') return '--env is only for get';
  const isSnapshot = verb === 'snapshot';
  if (isSnapshot && camera === null) return 'snapshot needs a camera such as cam0';
  if (isSnapshot && (values.output === undefined || values.output === '')) return 'snapshot needs -o FILE or -o -';
  if (!isSnapshot && (values.output !== undefined || values.full)) return '-o and --full are only for snapshot';
  return undefined;
}

function isVerb(word: string): word is Verb {
  return (VERBS as readonly string[]).includes(word);
}
