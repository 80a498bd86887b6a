import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostCandidate } from '../sdp/candidate.ts';
import { namesOfRequest, ourCandidates } from './addresses.ts';

const options = { timeout: 10_000 };

test('the address by which the page was opened comes before those of this machine, and each once', options, () => {
  const found = [hostCandidate('172.18.0.2', 18_189, 0), hostCandidate('192.168.1.5', 18_189, 1)];

  const candidates = ourCandidates(found, ['printer.local', '192.168.1.5', '10.8.0.1', '10.8.0.1'], 18_189);

  assert.deepEqual(
    candidates.map(({ address }) => address),
    ['printer.local', '10.8.0.1', '172.18.0.2', '192.168.1.5'],
  );
});

const REQUESTS: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
  ['a page of ours', { host: '192.168.1.5:18081' }, ['192.168.1.5']],
  ['IPv6', { host: '[fd00::5]:18081' }, ['fd00::5']],
  [
    'Mainsail behind an nginx that names its upstream',
    { host: 'cam0', origin: 'http://mainsail.local' },
    ['cam0', 'mainsail.local'],
  ],
  ['a page without an origin', { host: 'pi.local', origin: 'null' }, ['pi.local']],
  ['nothing', {}, []],
];
for (const [what, headers, names] of REQUESTS) {
  test(`of ${what} the names are ${names.join(', ') || 'none'}`, options, () => {
    assert.deepEqual(namesOfRequest(headers), names);
  });
}
