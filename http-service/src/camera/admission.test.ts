import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCounters } from '../status/counters.ts';
import { createAdmission } from './admission.ts';

test('one more viewer is refused when the camera or the process is full, and counted', { timeout: 5_000 }, () => {
  const counters = createCounters();
  const taken = { camera: 1, process: 5 };
  const { admit, assertAdmissible } = createAdmission(
    { camera: { max: 2, taken: () => taken.camera }, process: { max: 6, taken: () => taken.process } },
    counters,
  );

  admit();
  taken.camera = 2;
  assert.throws(admit, { code: 'ERR_TOO_MANY_VIEWERS' });
  taken.camera = 1;
  taken.process = 6;
  assert.throws(admit, { code: 'ERR_TOO_MANY_VIEWERS' });

  assert.throws(assertAdmissible, { code: 'ERR_TOO_MANY_VIEWERS' });

  assert.equal(counters.viewersRefused.limit, 2);
});
