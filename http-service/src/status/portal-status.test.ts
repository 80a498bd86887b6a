import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PortalStatus, statusLine, withoutPaths } from './portal-status.ts';

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

test('the line for systemctl status says who watches what, and that capture-service is unreachable', () => {
  const cam0 = { camera: 'cam0', state: 'streaming', captureReachable: true, http: { viewers: 1 } } as PortalStatus;
  const cam1 = { ...cam0, camera: 'cam1', state: 'idle', http: { ...cam0.http, viewers: 0 } } as PortalStatus;

  assert.equal(statusLine([cam0, cam1]), 'cam0 streaming, 1 viewer; cam1 idle, 0 viewers');
  assert.match(statusLine([{ ...cam0, captureReachable: false }]), /^capture-service unreachable; cam0 /);
});
