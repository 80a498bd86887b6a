// Stills of a USB camera: at its largest size, when exposure has settled; one program at a time.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { heldAfter, liveAfter, logged } from '../faults/observe.ts';
import { C920 } from '../v4l2-standins/create-usb-bus.ts';
import { isLive } from '../viewer/watch.ts';
import { startUsbRig } from './usb-rig.ts';

const limit = { timeout: 120_000 };

async function sizeOf(response: Response): Promise<string> {
  assert.equal(response.status, 200, await response.clone().text());
  const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  return `${width}x${height}`;
}

describe('stills of a USB camera', { concurrency: 2 }, () => {
  test('an idle camera gives its largest picture, a second and five frames after the first', limit, async () => {
    await using rig = await startUsbRig();
    const askedMs = performance.now();
    const size = await sizeOf(await rig.snapshot());

    assert.equal(size, '1280x720');
    assert.ok(performance.now() - askedMs >= 1_000);
    const { stills, state } = await rig.untilStatus('to be idle', (seen) => seen.state === 'idle');
    assert.deepEqual([stills.taken, stills.failed, state], [1, 0, 'idle']);
    await rig.untilReleased();
  });

  test('a slow camera gets the time for five frames', limit, async () => {
    await using rig = await startUsbRig({ cameras: [{ ...C920, faults: { slowdown: 6 } }] });
    const askedMs = performance.now();
    await sizeOf(await rig.snapshot());
    assert.ok(performance.now() - askedMs >= 2_000);
  });

  test('a configured size wins, but for a full still', limit, async () => {
    const env = { cam0_snapshot_width: '640', cam0_snapshot_height: '480' };
    await using rig = await startUsbRig({ env });
    assert.equal(await sizeOf(await rig.snapshot()), '640x480');
    assert.equal(await sizeOf(await rig.snapshot('?full=1')), '1280x720');
  });

  test('a snapshot while it streams is a frame of the stream', limit, async () => {
    await using rig = await startUsbRig();
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);
    assert.equal(await sizeOf(await rig.snapshot()), '320x240');
    assert.equal((await rig.status()).stills.taken, 0);
  });

  test('a full still while it streams: viewers are held, and live again after it', limit, async () => {
    await using rig = await startUsbRig();
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);

    const askedMs = performance.now();
    const size = await sizeOf(await rig.snapshot('?full=1'));
    const doneMs = performance.now();
    await heldAfter(viewer, askedMs);
    await liveAfter(viewer, doneMs);

    assert.equal(size, '1280x720');
    const { restarts } = await rig.status();
    assert.deepEqual(restarts.byCause, { 'full still': 1 });
  });

  test('frames without their end are passed over for a whole one', limit, async () => {
    await using rig = await startUsbRig({ cameras: [{ ...C920, faults: { wholeEvery: 7 } }] });
    const response = await rig.snapshot();
    const body = Buffer.from(await response.clone().arrayBuffer());
    assert.equal(await sizeOf(response), '1280x720');
    await sharp(body, { failOn: 'warning' }).raw().toBuffer();
  });

  test('a camera in use is the reason of the failed still', limit, async () => {
    await using rig = await startUsbRig({ cameras: [{ ...C920, faults: { busy: true } }] });
    const response = await rig.snapshot();
    assert.equal(response.status, 503);
    await logged(rig.pair.capture.log, 'still failed', (line) =>
      /acquire failed: the camera is in use by a program that this user cannot see/.test(String(line['reason'])),
    );
  });
});
