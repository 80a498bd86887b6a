// Which USB camera is which: numbers change, cameras do not.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { liveAfter, logged } from '../faults/observe.ts';
import { C920, CHEAP } from '../v4l2-standins/create-usb-bus.ts';
import { isLive } from '../viewer/watch.ts';
import { startUsbRig } from './usb-rig.ts';

const limit = { timeout: 120_000 };

describe('identity of USB cameras', { concurrency: 3 }, () => {
  const ids = [
    'usb:046d:082d:1A2B3C4D',
    'usb:046D:082D',
    'usb-xhci-hcd.0-1.2',
    '1-1.2',
    '/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920_1A2B3C4D-video-index0',
    '/dev/v4l/by-path/platform-xhci-hcd.0-usb-0:1.2:1.0-video-index0',
  ];
  for (const id of ids) {
    test(`${id} is the same camera after cameras have swapped their numbers`, limit, async () => {
      await using rig = await startUsbRig({ cameras: [CHEAP, C920], env: { cam0_id: id } });
      await using viewer = await rig.watch();
      await viewer.next('a live frame', isLive);
      rig.usb.unplug('c920');
      rig.usb.unplug('cheap');
      await rig.untilStatus('to be absent', (seen) => seen.state === 'absent');

      rig.usb.plug('cheap', { node: 'video0' });
      rig.usb.plug('c920', { node: 'video2' });
      await liveAfter(viewer, performance.now());

      const { model, cameraId } = await rig.status();
      assert.deepEqual([model, cameraId], ['HD Pro Webcam C920', 'usb:046d:082d:1A2B3C4D']);
      assert.match(rig.usb.runs().at(-1)?.args.join(' ') ?? '', /-d \S*video2 /);
    });
  }

  test('another camera at its number is not it: absent', limit, async () => {
    await using rig = await startUsbRig();
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);

    rig.usb.unplug('c920');
    rig.usb.plug('cheap', { node: 'video0', port: '1-1.2' });
    await rig.untilStatus('to be absent', (seen) => seen.state === 'absent');
    await rig.pair.camctl('rescan');

    assert.equal((await rig.status()).state, 'absent');
  });

  test('/dev/videoN works, with a warning that has the line to paste', limit, async () => {
    await using rig = await startUsbRig({ env: { cam0_id: '/dev/video0' } });
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);

    await logged(
      rig.pair.capture.log,
      'camera selected by its node, which changes when cameras are plugged: set its id instead',
      (line) => line['idLine'] === 'cam0_id=usb:046d:082d:1A2B3C4D' && line.level === 'warn',
    );
  });

  test('without an id the first port is taken, warned about, and kept', limit, async () => {
    await using rig = await startUsbRig({ env: { cam0_id: '' } });
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);
    await logged(
      rig.pair.capture.log,
      'camera selected by its place in the list, which changes when cameras are plugged: set its id instead',
      (line) => line['idLine'] === 'cam0_id=usb:046d:082d:1A2B3C4D',
    );

    rig.usb.unplug('c920');
    await rig.untilStatus('to be absent', (seen) => seen.state === 'absent');
    await rig.pair.camctl('rescan');
    assert.equal((await rig.status()).state, 'absent', 'the other camera is first now, and still another one');
  });

  test('two cameras with one serial are refused with the port lines, and stay told apart by port', limit, async () => {
    const twin = { ...C920, key: 'twin', node: 'video6', port: '1-1.4' };
    await using rig = await startUsbRig({ cameras: [C920, twin] });
    await using viewer = await rig.watch();
    const { cause } = await rig.untilStatus('to have failed', (seen) => seen.state === 'failed');
    assert.match(
      cause ?? '',
      /usb:046d:082d:1A2B3C4D means more than one camera, so give the port of the one that is meant: cam0_id=usb-xhci-hcd\.0-1\.2 or cam0_id=usb-xhci-hcd\.0-1\.4/,
    );

    const { stdout } = await rig.pair.camctl('cameras');
    assert.match(stdout, /_id=usb-xhci-hcd\.0-1\.2\n[\s\S]*_id=usb-xhci-hcd\.0-1\.4\n/);
    assert.equal(viewer.isClosed, false);
  });

  test('a camera by its port streams beside its twin', limit, async () => {
    const twin = { ...C920, key: 'twin', node: 'video6', port: '1-1.4' };
    await using rig = await startUsbRig({ cameras: [C920, twin], env: { cam0_id: 'usb-xhci-hcd.0-1.4' } });
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);

    const stream = rig.usb.runs().find(({ args }) => args.some((word) => word.startsWith('--stream-mmap')));
    assert.equal(stream?.args[1], join(rig.usb.env['SOFT_STREAM_DEV_DIR'] ?? '', 'video6'));
  });
});
