import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { wantsAdvance } from './painting-rule.ts';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const IMAGE = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const FETCH = { 'user-agent': CHROME, accept: '*/*' };
const agent = (userAgent: string) => ({ 'user-agent': userAgent });
const table: readonly (readonly [IncomingHttpHeaders, string | undefined, boolean])[] = [
  [agent(CHROME), undefined, true],
  [agent(`${CHROME} Edg/126.0.0.0`), undefined, true],
  [agent(CHROME.replace('Chrome', 'HeadlessChrome')), undefined, true],
  [agent('Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0'), undefined, false],
  [agent('Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605'), undefined, false],
  [agent('Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile'), undefined, false],
  [agent('curl/8.5.0'), undefined, false],
  [agent('Lavf/60.16.100'), undefined, false],
  [{}, undefined, false],
  [agent(CHROME), '0', false],
  [agent('curl/8.5.0'), '1', true],
  [agent(CHROME), 'x', true],
  [{ ...agent(CHROME), accept: IMAGE, referer: 'http://octopi.local/' }, undefined, true],
  [FETCH, undefined, true],
  [{ ...FETCH, origin: 'http://mainsail.local' }, undefined, false],
  [{ ...FETCH, referer: 'http://mainsail.local/' }, undefined, false],
  [{ ...FETCH, 'sec-fetch-dest': 'empty' }, undefined, false],
  [{ ...FETCH, origin: 'http://mainsail.local' }, '1', true],
];

for (const [headers, advance, expected] of table) {
  test(`advance=${advance} with ${JSON.stringify(headers)}: ${expected ? 'advance' : 'plain'}`, {
    timeout: 5_000,
  }, () => {
    assert.equal(wantsAdvance(headers, advance), expected);
  });
}
