import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSnapshotRequest } from './snapshot-parameters.ts';

const NOTHING = {
  width: undefined,
  height: undefined,
  quality: undefined,
  full: false,
  fresh: false,
  maxAgeMs: 0,
};

test('without parameters nothing is asked for, and unknown ones are ignored', { timeout: 5_000 }, () => {
  assert.deepEqual(parseSnapshotRequest({}), NOTHING);
  assert.deepEqual(parseSnapshotRequest({ _: '1700000000', action: 'snapshot', cache: ['1', '2'] }), NOTHING);
});

test('every parameter is understood', { timeout: 5_000 }, () => {
  const query = { width: '640', height: '16384', quality: '100', full: '1', fresh: '0', max_age: '86400000' };

  assert.deepEqual(parseSnapshotRequest(query), {
    width: 640,
    height: 16_384,
    quality: 100,
    full: true,
    fresh: false,
    maxAgeMs: 86_400_000,
  });
});

const refused: readonly (readonly [string, string | string[], RegExp])[] = [
  ['width', '0', /^width="0": must be a whole number from 1 to 16384$/],
  ['width', '100000', /^width="100000": /],
  ['width', '16385', /from 1 to 16384/],
  ['width', '-1', /^width="-1": /],
  ['width', '1e3', /^width="1e3": /],
  ['width', '640.5', /^width=/],
  ['width', '', /^width="": /],
  ['width', ['1', '2'], /^width="1,2": /],
  ['height', 'x'.repeat(5_000), /^height="x{40}\.\.\.": /],
  ['height', '"<script>', /^height="\\"<script>": /],
  ['quality', '0', /^quality="0": must be a whole number from 1 to 100$/],
  ['quality', '101', /^quality="101": /],
  ['full', 'yes', /^full="yes": must be 0 or 1$/],
  ['fresh', '', /^fresh="": must be 0 or 1$/],
  ['max_age', '86400001', /^max_age="86400001": must be a whole number from 0 to 86400000$/],
  ['max_age', '9'.repeat(400), /^max_age="9{40}\.\.\.": /],
];
for (const [name, value, message] of refused) {
  test(`${name}=${String(value).slice(0, 20)} is refused by name`, { timeout: 5_000 }, () => {
    assert.throws(() => parseSnapshotRequest({ [name]: value }), { code: 'ERR_BAD_PARAMETER', message });
  });
}
