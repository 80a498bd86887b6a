import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPictureTimes } from './picture-times.ts';

const options = { timeout: 5_000 };

test('times are even, those of key frames odd, and all of them grow', options, () => {
  const { next } = createPictureTimes();

  assert.equal(next(1_000.9, false), 1_000);
  assert.equal(next(1_066, true), 1_067);
  assert.equal(next(1_066, false), 1_068, 'two pictures of one millisecond');
  assert.equal(next(900, true), 1_069, 'a clock that went back');
  assert.equal(next(1_200, false), 1_200);
});
