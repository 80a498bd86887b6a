// The command line of every program here: its options read, --help and --version answered, and a mistake told in a
// sentence of our own, where Node.js throws with a stack trace.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { nearestName } from '../config/nearest-name.ts';
import { EXIT } from '../runtime/errors.ts';

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
}

export interface Program<Options extends Readonly<Record<string, Option>>> {
  readonly name: string;
  /** what --help prints */
  readonly usage: string;
  readonly options: Options;
  /** words that are no options are taken (false) */
  readonly takesArguments?: boolean;
}

export type OptionValues<Options extends Readonly<Record<string, Option>>> = {
  readonly [Name in keyof Options]?: Options[Name]['type'] extends 'boolean' ? boolean : string;
};

export interface CommandLine<Options extends Readonly<Record<string, Option>>> {
  readonly values: OptionValues<Options>;
  readonly positionals: readonly string[];
}

/** What was asked for is an answer on stdout, or the arguments cannot be understood. */
export type OtherOutcome = { readonly answer: string } | { readonly problem: string };

const COMMON = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const;
/** More typing errors than that are another word. */
const NEAR = 3;

/** Pure. @param argv without the program itself */
export function parseCommandLine<Options extends Readonly<Record<string, Option>>>(
  { name, usage, options, takesArguments = false }: Program<Options>,
  argv: readonly string[],
): CommandLine<Options> | OtherOutcome {
  const known: Readonly<Record<string, Option>> = { ...options, ...COMMON };
  // Not strict: what it complains about is found below, in our words.
  const parsed = parseArgs({ args: [...argv], options: known, strict: false, allowPositionals: true, tokens: true });
  if (parsed.values['help'] === true) return { answer: usage.endsWith('\n') ? usage : `${usage}\n` };
  if (parsed.values['version'] === true) return { answer: `${name} ${projectVersion()}\n` };
  for (const token of parsed.tokens) {
    const problem =
      token.kind === 'option'
        ? findProblem(token, known)
        : token.kind === 'positional' && !takesArguments && `unexpected argument "${token.value}"`;
    if (problem) return { problem };
  }
  // findProblem has checked that each has the type of its option.
  return { values: parsed.values as OptionValues<Options>, positionals: parsed.positionals };
}

/** For `main`: what is no run of the program is printed, and ends the process with 0 or 2. */
export function readCommandLine<Options extends Readonly<Record<string, Option>>>(
  program: Program<Options>,
  argv: readonly string[] = process.argv.slice(2),
): CommandLine<Options> {
  const read = parseCommandLine(program, argv);
  if ('answer' in read) {
    process.stdout.write(read.answer);
    process.exit(EXIT.ok);
  }
  if ('problem' in read) exitWithUsage(program, read.problem);
  return read;
}

export function exitWithUsage({ name, usage }: Pick<Program<never>, 'name' | 'usage'>, problem: string): never {
  process.stderr.write(`${name}: ${problem}\n\n${usage.trimEnd()}\n`);
  process.exit(EXIT.usage);
}

/** All packages of the project have one version. */
export function projectVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function findProblem(token: OptionToken, known: Readonly<Record<string, Option>>): string | undefined {
  const { name, rawName, value, inlineValue } = token;
  const option = Object.hasOwn(known, name) ? known[name] : undefined;
  if (option === undefined) return `unknown option ${rawName}${suggestion(name, known)}`;
  if (option.type === 'boolean') return value === undefined ? undefined : `${rawName} takes no value`;
  // `--env-file --json`: the value was forgotten. A dash alone is one: stdout.
  const isForgotten = value === undefined || value === '' || (!inlineValue && /^-./.test(value));
  return isForgotten ? `${rawName} needs a value` : undefined;
}

function suggestion(name: string, known: Readonly<Record<string, Option>>): string {
  const nearest = nearestName(name, Object.keys(known));
  return nearest && nearest.distance < Math.min(NEAR, name.length) ? `; did you mean --${nearest.name}?` : '';
}
