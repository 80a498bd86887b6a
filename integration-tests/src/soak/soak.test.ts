// The short form: a month is `npm run soak -- --minutes 10`.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { soak } from './soak.ts';
import { soakTable } from './table.ts';

test('after viewers, stills, faults and restarts by chance neither service holds more than before', {
  timeout: 300_000,
}, async (t) => {
  const seed = randomInt(2 ** 31);
  t.diagnostic(`seed ${seed}`);

  const result = await soak({ seed, lifeMs: 6_000, restartEveryMs: 2_500, concurrency: 6, report: () => {} });

  for (const line of soakTable(result).split('\n')) t.diagnostic(line);
  assert.deepEqual(
    result.verdicts.flatMap(({ service, growth }) => growth.map((line) => `${service}: ${line}`)),
    [],
    `seed ${seed}`,
  );
});
