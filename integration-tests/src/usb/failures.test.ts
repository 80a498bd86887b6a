// Every way in which a USB camera gives no pictures, as the pair takes it: named, retried, back without a hand.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { heldAfter, kindsSeen, liveAfter, logged, longestGapMs, measured } from '../faults/observe.ts';
import { startPair } from '../harness/start-pair.ts';
import { C920, CHEAP } from '../v4l2-standins/create-usb-bus.ts';
import type { UsbFaults } from '../v4l2-standins/world.ts';
import { isLive } from '../viewer/watch.ts';
import { startUsbRig, type UsbRig } from './usb-rig.ts';

const limit = { timeout: 120_000 };
const PATIENT = { cam0_watchdog_timeout: '20' };
const restartedBecause = (rig: UsbRig, cause: string, reason: RegExp) =>
  logged(
    rig.pair.capture.log,
    'camera restarts',
    (line) => line['cause'] === cause && reason.test(String(line['reason'])),
  );

describe('failures of a USB camera', { concurrency: 3 }, () => {
  test('unplugged under viewers: absent with its cause, back without a hand under another number', limit, async (t) => {
    await using rig = await startUsbRig({ env: PATIENT });
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);

    const pulledMs = performance.now();
    rig.usb.unplug('c920');
    await heldAfter(viewer, pulledMs);
    const { restarts } = await rig.untilStatus('to be absent', (seen) => seen.state === 'absent');
    rig.usb.plug('c920', { node: 'video4' });
    const pluggedMs = performance.now();
    await liveAfter(viewer, pluggedMs);

    measured(t, 'USB camera plugged in again: to live', performance.now() - pluggedMs);
    assert.deepEqual(restarts.byCause, { unplugged: 1 });
    assert.equal(viewer.isClosed, false);
    await restartedBecause(rig, 'unplugged', /^the camera was unplugged$/);
    assert.match(rig.usb.runs().at(-1)?.args.join(' ') ?? '', /-d \S*video4 /);
  });

  test('a loose plug (out and in within the blink of an eye) is called that', limit, async () => {
    await using rig = await startUsbRig({ env: PATIENT });
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);

    rig.usb.unplug('c920');
    rig.usb.plug('c920');
    const backMs = performance.now();
    await restartedBecause(rig, 'unplugged', /the camera left the USB bus and came back: look at cable/);
    await liveAfter(viewer, backMs + 100);
  });

  test('in use: named with the program that has it, never called absent, live when it is free', limit, async (t) => {
    await using rig = await startUsbRig({ env: PATIENT });
    const node = join(rig.usb.env['SOFT_STREAM_DEV_DIR'] ?? '', 'video0');
    const args = [
      '-d',
      node,
      '--set-fmt-video=width=320,height=240,pixelformat=MJPG',
      '--stream-mmap=3',
      '--stream-to=-',
    ];
    const other = spawn('v4l2-ctl', args, {
      env: { ...process.env, ...rig.usb.env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    other.stdout.resume();
    await once(other.stdout, 'data');
    await using viewer = await rig.watch();
    const status = await rig.untilStatus('to report it', (seen) => (seen.restarts.byCause['acquire failed'] ?? 0) > 0);
    assert.match(
      status.cause ?? '',
      new RegExp(`^acquire failed: the camera is in use by \\S+ \\(process ${other.pid}\\)$`),
    );
    assert.equal(status.state, 'failed');

    other.kill('SIGTERM');
    await once(other, 'close');
    const freeMs = performance.now();
    await liveAfter(viewer, freeMs);

    measured(t, 'USB camera in use: from its release to live', performance.now() - freeMs);
    assert.equal(kindsSeen(viewer), 'placeholder live');
  });

  const silentRows: [string, UsbFaults, string, RegExp][] = [
    [
      'in use by somebody who cannot be seen',
      { busy: true },
      'acquire failed',
      /^the camera is in use by a program that this user cannot see$/,
    ],
    [
      'no room on the bus',
      { noSpace: true },
      'no bandwidth',
      /^the USB bus does not have enough bandwidth for 320x240 at 15 fps beside other devices: lower cam0_width, cam0_height or cam0_fps, or plug/,
    ],
    [
      'the node may not be opened',
      { noPermission: true },
      'no permission',
      /^\S*video0 may not be opened: give the user of this service the group of the device \(`sudo usermod -aG video USER`/,
    ],
  ];
  for (const [title, faults, cause, reason] of silentRows) {
    test(`${title}: ${cause}, and live when it is mended`, limit, async () => {
      await using rig = await startUsbRig({ cameras: [{ ...C920, faults }], env: PATIENT });
      await using viewer = await rig.watch();
      await restartedBecause(rig, cause, reason);
      const status = await rig.untilStatus('to have failed', (seen) => seen.state === 'failed');
      assert.ok(status.cause?.startsWith(`${cause}: `), status.cause ?? 'no cause');

      rig.usb.setFaults('c920', {});
      await liveAfter(viewer, performance.now());
    });
  }

  test('no room on the bus beside another camera names that one', limit, async () => {
    await using rig = await startUsbRig({ configured: 2, env: PATIENT });
    await using first = await rig.watch(0);
    await first.next('a live frame', isLive);
    rig.usb.setFaults('cheap', { noSpace: true });
    await using second = await rig.watch(1);

    await restartedBecause(rig, 'no bandwidth', /beside cam0 \(HD Pro Webcam C920\): lower cam1_width/);
    assert.equal(second.isClosed, false);
    assert.equal((await rig.status(0)).restarts.total, 0);
  });

  for (const [fourcc, advice] of [
    [
      'YUYV',
      /^the camera sends no MJPEG \(YUYV only\): cam0_v4l2_format=yuyv encodes its pictures here, at the cost of CPU$/,
    ],
    ['H264', /^the camera sends no MJPEG \(H\.264 only\), and what it offers cannot be shown$/],
  ] as const) {
    test(`${fourcc} only: said with what can be done, and never encoded unasked`, limit, async () => {
      const formats = [{ fourcc, sizes: [{ width: 320, height: 240, rates: [30] }] }] as const;
      await using rig = await startUsbRig({ cameras: [{ ...CHEAP, ...C920, formats }], env: PATIENT });
      await using viewer = await rig.watch();
      await restartedBecause(rig, 'no MJPEG', advice);

      assert.equal(kindsSeen(viewer), 'placeholder');
      assert.ok(rig.usb.runs().every(({ program }) => program !== 'ffmpeg'));
    });
  }

  test('no YUYV where it was asked for is said', limit, async () => {
    const formats = C920.formats.filter((each) => each.fourcc === 'MJPG');
    await using rig = await startUsbRig({ cameras: [{ ...C920, formats }], env: { cam0_v4l2_format: 'yuyv' } });
    await using _viewer = await rig.watch();
    await restartedBecause(rig, 'no MJPEG', /^the camera has no YUYV: unset cam0_v4l2_format$/);
  });

  test('no first frame: it gets ten seconds, however short the watchdog is', limit, async () => {
    await using rig = await startUsbRig({ cameras: [{ ...C920, faults: { firstFrameMs: 3_600_000 } }] });
    await using viewer = await rig.watch();
    const startMs = performance.now();
    const { restarts } = await rig.untilStatus('to have restarted', (seen) => seen.restarts.total > 0);

    assert.ok(performance.now() - startMs > 9_000);
    assert.deepEqual(restarts.byCause, { 'no first frame': 1 });
    await restartedBecause(rig, 'no first frame', /^no frame for 10 s$/);
    assert.equal(kindsSeen(viewer), 'placeholder');
  });

  test('stalled: held with its age, restarted by the watchdog, live again', limit, async (t) => {
    await using rig = await startUsbRig();
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);

    const brokenMs = performance.now();
    rig.usb.setFaults('c920', { stallAfterFrames: 0 });
    await rig.untilStatus('to have restarted', (seen) => seen.restarts.total === 1);
    rig.usb.setFaults('c920', {});
    await liveAfter(viewer, performance.now());

    measured(t, 'USB camera stalled: longest pause seen', longestGapMs(viewer, brokenMs));
    assert.match(kindsSeen(viewer), /live held live$/);
    await restartedBecause(rig, 'stalled', /^no frame for 1\.5 s$/);
  });

  test('a program that ends without a word is started again', limit, async () => {
    await using rig = await startUsbRig({ env: PATIENT, cameras: [{ ...C920, faults: { exitAfterFrames: 10 } }] });
    await using viewer = await rig.watch();
    await restartedBecause(rig, 'child exited', /^v4l2-ctl: ended by itself \(exit code 0\)$/);
    rig.usb.setFaults('c920', {});
    await liveAfter(viewer, performance.now());
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`${signal} from outside: named, live again`, limit, async () => {
      await using rig = await startUsbRig({ env: PATIENT });
      await using viewer = await rig.watch();
      await viewer.next('a live frame', isLive);
      const { pid } = await rig.untilStatus('to have a process', (seen) => seen.pid !== null);

      process.kill(pid ?? 0, signal);
      await restartedBecause(rig, 'child exited', new RegExp(`^v4l2-ctl: ended by ${signal}$`));
      await liveAfter(viewer, performance.now());
    });
  }

  test('capture killed: no program is left with the camera', limit, async () => {
    await using rig = await startUsbRig({ env: PATIENT });
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);

    await rig.pair.capture.kill();
    await rig.untilReleased();
    await rig.pair.startCapture();
    await liveAfter(viewer, performance.now());
  });

  test('without v4l2-ctl the start ends with 78 and the line that installs it', limit, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bare-path-'));
    symlinkSync('/usr/bin/setpriv', join(folder, 'setpriv'));
    const env = { cam0_driver: 'v4l2', cam0_id: '1-1', PATH: folder };
    await assert.rejects(
      startPair({ cameras: 1, env, start: ['capture'] }),
      /v4l2-ctl is not on PATH \(\S+\): install it with `sudo apt install v4l-utils`/,
    );
    rmSync(folder, { recursive: true });
  });
});
