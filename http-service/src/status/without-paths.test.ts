import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutPaths } from './without-paths.ts';

const table: readonly (readonly [string, string])[] = [
  ['cannot open /srv/printer/a.mjpeg: ENOENT', 'cannot open a.mjpeg: ENOENT'],
  ["open '/dev/media0' failed", "open 'media0' failed"],
  ['/base/axi/pcie@1000120000/rp1/i2c@88000/imx219@10 is busy', 'imx219@10 is busy'],
  ['folder=/home/pi/', 'folder=pi'],
  ['no frame for 10 s', 'no frame for 10 s'],
  ['15 frames/s at 1/30 s', '15 frames/s at 1/30 s'],
];
for (const [text, expected] of table) {
  test(`${text} becomes ${expected}`, { timeout: 5_000 }, () => assert.equal(withoutPaths(text), expected));
}
