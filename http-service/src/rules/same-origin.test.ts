import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCrossSite, isForeignOrigin } from './same-origin.ts';

const table: readonly (readonly [string | undefined, string | undefined, boolean])[] = [
  [undefined, 'pi.local:18081', false],
  ['http://pi.local:18081', 'pi.local:18081', false],
  ['http://PI.local:18081', 'pi.LOCAL:18081', false],
  ['https://cam.example.org', 'cam.example.org', false],
  ['https://cam.example.org', 'cam.example.org:443', false],
  ['http://pi.local', 'pi.local:80', false],
  ['http://[::1]:18081', '[::1]:18081', false],
  ['http://pi.local:18082', 'pi.local:18081', true],
  ['http://pi.local', 'pi.local:18081', true],
  ['http://evil.example', 'pi.local:18081', true],
  ['null', 'pi.local:18081', true],
  ['file://', 'pi.local:18081', true],
  ['', 'pi.local:18081', true],
  ['http://pi.local', undefined, true],
];

for (const [origin, host, expected] of table) {
  test(`Origin ${origin} at Host ${host} is ${expected ? 'foreign' : 'our own'}`, { timeout: 5_000 }, () => {
    assert.equal(isForeignOrigin({ origin, host }), expected);
  });
}

test('only Sec-Fetch-Site: cross-site is cross-site', { timeout: 5_000 }, () => {
  assert.equal(isCrossSite({ 'sec-fetch-site': 'cross-site' }), true);
  assert.equal(isCrossSite({ 'sec-fetch-site': 'same-origin' }), false);
  assert.equal(isCrossSite({ 'sec-fetch-site': 'none' }), false);
  assert.equal(isCrossSite({}), false);
});
