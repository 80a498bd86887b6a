import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseBeforeEnd } from './end-slowly.ts';

test('an end that would only be repeated is held back where an engine starts again at once', () => {
  for (const policy of ['unless-stopped', 'always', 'on-failure']) {
    for (const code of [66, 69, 78]) assert.equal(pauseBeforeEnd(code, policy), 60_000);
    for (const code of [0, 1, 143]) assert.equal(pauseBeforeEnd(code, policy), 0);
  }
});

test('elsewhere every end is at once', () => {
  for (const policy of [undefined, '', 'no']) assert.equal(pauseBeforeEnd(78, policy), 0);
});
