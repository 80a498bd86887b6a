// npm run soak -- --minutes N [--seed S]: the long form. Prints the seed first, and the figures before and after.

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';
import { soakTable } from './table.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? randomInt(2 ** 31));
const print = (line: string) => process.stdout.write(`${line}\n`);

if (Number.isInteger(seed) && minutes > 0) {
  print(`seed ${seed}`);
  // Two lives with a warm-up of a quarter each.
  const lifeMs = (minutes * 60_000) / 2.5;
  const result = await soak({ seed, lifeMs, restartEveryMs: 8_000, concurrency: 10, report: print });
  print(soakTable(result));
  const grown = result.verdicts.flatMap(({ service, growth }) => growth.map((line) => `${service}: ${line}`));
  print(grown.length === 0 ? 'nothing has grown' : `GROWN\n${grown.join('\n')}`);
  process.exitCode = grown.length === 0 ? 0 : 1;
} else {
  process.stderr.write('usage: npm run soak -- [--minutes N] [--seed S]\n');
  process.exitCode = 2;
}
