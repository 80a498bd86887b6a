// npm run soak -- --minutes N [--seed S]: the long form. Prints the seed first, then each cycle, then the judgement.

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';
import { soakTable } from './table.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? randomInt(2 ** 31));
const print = (line: string) => process.stdout.write(`${line}\n`);
/** Fewer say nothing about a trend. */
const MIN_CYCLES = 6;

if (Number.isInteger(seed) && minutes > 0) {
  print(`seed ${seed}`);
  const endMs = performance.now() + minutes * 60_000;
  const goesOn = (cycles: number) => cycles < MIN_CYCLES || performance.now() < endMs;
  const result = await soak({ seed, goesOn, scale: 2, restartsPerCycle: 3, concurrency: 8, report: print });
  print(soakTable(result));
  const grown = result.lives.flatMap(({ service, growth }) => growth.map((line) => `${service}: ${line}`));
  print(grown.length === 0 ? 'nothing has grown' : `GROWN\n${grown.join('\n')}`);
  process.exitCode = grown.length === 0 ? 0 : 1;
} else {
  process.stderr.write('usage: npm run soak -- [--minutes N] [--seed S]\n');
  process.exitCode = 2;
}
