// npm run soak -- --minutes N [--seed S]: the long form. Prints the seed first, then each cycle, then the judgement.

import { randomInt } from 'node:crypto';
import { exitWithUsage, readCommandLine } from '@soft-stream/shared/command-line/command-line';
import { soak } from './soak.ts';
import { soakTable } from './table.ts';

const PROGRAM = {
  name: 'soak',
  usage: `usage: npm run soak -- [--minutes N] [--seed S]

Months of visits, faults and restarts in minutes, and whether anything has grown.

  --minutes N      how long, more than 0 (10)
  --seed S         a whole number; the same happens again (default: drawn, and printed)
  -h, --help       this text
  --version        the version
`,
  options: { minutes: { type: 'string' }, seed: { type: 'string' } },
} as const;

const { values } = readCommandLine(PROGRAM);
const minutes = Number(values.minutes ?? 10);
const seed = Number(values.seed ?? randomInt(2 ** 31));
if (!(minutes > 0)) exitWithUsage(PROGRAM, `--minutes ${values.minutes}: a number above 0`);
if (!Number.isInteger(seed)) exitWithUsage(PROGRAM, `--seed ${values.seed}: a whole number`);
const print = (line: string) => process.stdout.write(`${line}\n`);
/** Fewer say nothing about a trend. */
const MIN_CYCLES = 6;

print(`seed ${seed}`);
const endMs = performance.now() + minutes * 60_000;
const goesOn = (cycles: number) => cycles < MIN_CYCLES || performance.now() < endMs;
const result = await soak({ seed, goesOn, scale: 2, restartsPerCycle: 3, concurrency: 8, report: print });
print(soakTable(result));
const grown = result.lives.flatMap(({ service, growth }) => growth.map((line) => `${service}: ${line}`));
print(grown.length === 0 ? 'nothing has grown' : `GROWN\n${grown.join('\n')}`);
process.exitCode = grown.length === 0 ? 0 : 1;
