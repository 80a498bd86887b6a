import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { manualClock } from './manual-clock.ts';
import { quietLog } from './quiet-log.ts';

test('warnings beyond the rate are left out, counted, and reported with the next one', {
  timeout: 10_000,
}, async () => {
  const lines: Record<string, unknown>[] = [];
  const clock = manualClock();
  const log = pino({ base: null }, { write: (line) => lines.push(JSON.parse(line)) });
  const quiet = quietLog(log, clock, { perSecond: 0.1, burst: 2 });

  for (let count = 0; count < 50; count++) quiet.warn({ reason: 'flood' }, 'connection closed by us');
  quiet.info('something else');
  await clock.advance(10_000);
  quiet.warn({ reason: 'flood' }, 'connection closed by us');
  await clock.advance(10_000);
  quiet.warn('a sentence without fields');

  assert.deepEqual(
    lines.map(({ msg, leftOut }) => [msg, leftOut]),
    [
      ['connection closed by us', undefined],
      ['connection closed by us', undefined],
      ['something else', undefined],
      ['connection closed by us', 48],
      ['a sentence without fields', undefined],
    ],
  );
});
