import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalPath } from './request-path.ts';

const table: readonly (readonly [string, string])[] = [
  ['/', '/'],
  ['//', '/'],
  ['/stream.mjpg', '/stream.mjpg'],
  ['/STREAM.MJPG', '/stream.mjpg'],
  ['/stream.mjpg/', '/stream.mjpg'],
  ['//stream.mjpg', '/stream.mjpg'],
  ['/portal//style.css//', '/portal/style.css'],
  ['/%73tream.mjpg', '/stream.mjpg'],
  ['/snapshot%2Ejpg', '/snapshot.jpg'],
  ['/portal/..%2f..%2fpackage.json', '/portal/..%2f..%2fpackage.json'],
  ['/%zz', '/%zz'],
  ['/%00', '/%00'],
  ['', '/'],
];

for (const [path, expected] of table) {
  test(`${JSON.stringify(path)} is ${expected}`, { timeout: 5_000 }, () => {
    assert.equal(normalPath(path), expected);
  });
}
