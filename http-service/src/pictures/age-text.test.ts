import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageText } from './age-text.ts';

test('ages read well', { timeout: 5_000 }, () => {
  const texts = [0, 1_600, 119_000, 120_000, 3_600_000, 7_200_000, 172_800_000].map(ageText);
  assert.deepEqual(texts, ['0 s', '2 s', '119 s', '2 min', '60 min', '2 h', '2 days']);
});
