import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wantsAdvance } from './painting-rule.ts';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const table: readonly (readonly [string | undefined, string | undefined, boolean])[] = [
  [CHROME, undefined, true],
  [`${CHROME} Edg/126.0.0.0`, undefined, true],
  [CHROME.replace('Chrome', 'HeadlessChrome'), undefined, true],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', undefined, false],
  ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15', undefined, false],
  ['Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile Safari/604.1', undefined, false],
  ['curl/8.5.0', undefined, false],
  ['Lavf/60.16.100', undefined, false],
  [undefined, undefined, false],
  [CHROME, '0', false],
  ['curl/8.5.0', '1', true],
  [CHROME, 'x', true],
];

for (const [userAgent, advance, expected] of table) {
  test(`advance=${advance} with ${userAgent}: ${expected ? 'advance' : 'plain'}`, { timeout: 5_000 }, () => {
    assert.equal(wantsAdvance(userAgent, advance), expected);
  });
}
