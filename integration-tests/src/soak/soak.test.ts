// The short form: months are `npm run soak -- --minutes 30`.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { soak } from './soak.ts';
import { soakTable } from './table.ts';

const CYCLES = 5;

test('after viewers, stills, faults and restarts by chance neither service holds more than before', {
  timeout: 300_000,
}, async (t) => {
  const seed = randomInt(2 ** 31);
  t.diagnostic(`seed ${seed}`);

  const result = await soak({
    seed,
    goesOn: (cycles) => cycles < CYCLES,
    scale: 0.3,
    restartsPerCycle: 1,
    concurrency: 6,
    report: () => {},
  });

  for (const line of soakTable(result).split('\n')) t.diagnostic(line);
  assert.deepEqual(
    result.lives.flatMap(({ service, growth }) => growth.map((line) => `${service}: ${line}`)),
    [],
    `seed ${seed}`,
  );
});
