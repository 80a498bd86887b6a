// A USB camera through the pair: streams on demand, odd frames made good, lists, controls, and two kinds at once.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { noiseRecording } from '../faults/noise-recording.ts';
import { liveAfter, logged, longestGapMs, measured } from '../faults/observe.ts';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createPi, IMX219, IMX708 } from '../rpicam-standins/create-world.ts';
import { C920, CHEAP, createUsbBus } from '../v4l2-standins/create-usb-bus.ts';
import type { UsbFaults } from '../v4l2-standins/world.ts';
import { isLive, watch } from '../viewer/watch.ts';
import { C920_ID, noisy, startUsbRig, type UsbRigOptions } from './usb-rig.ts';

const limit = { timeout: 120_000 };
const ends = (body: Buffer) => [body.subarray(0, 3).toString('hex'), body.subarray(-2).toString('hex')];
const withFaults = (faults: UsbFaults): Pick<UsbRigOptions, 'cameras'> => ({ cameras: [{ ...C920, faults }] });

describe('a USB camera streams', { concurrency: 2 }, () => {
  for (const version of ['1.22.1', '1.30.0'] as const) {
    test(`on demand, with v4l2-ctl ${version}: live, and released after the last viewer`, limit, async () => {
      await using rig = await startUsbRig({ version });
      const viewer = await rig.watch();
      const { body } = await viewer.next('a live frame', isLive);
      const status = await rig.untilStatus('to stream', (seen) => seen.state === 'streaming' && seen.fps > 5);

      await viewer.leave();
      await rig.untilReleased();

      assert.deepEqual(ends(body), ['ffd8ff', 'ffd9']);
      assert.deepEqual(
        [status.driver, status.cameraId, status.model, status.negotiated],
        ['v4l2', C920_ID, 'HD Pro Webcam C920', { width: 320, height: 240 }],
      );
      assert.deepEqual([status.restarts.total, status.frames.dropped['garbage']], [0, 0]);
      await rig.untilStatus('to be idle', (seen) => seen.state === 'idle');
    });
  }

  test('each frame arrives whole with itself, and does not wait for the next one', limit, async () => {
    await using rig = await startUsbRig({ env: { cam0_fps: '5' } });
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);
    await waitFor('some frames', () => viewer.seen.filter(isLivePart).length > 8);

    const delays = viewer.seen.filter(isLivePart).map((part) => part.receivedMs);
    const captured = viewer.seen.filter(isLivePart).map((part) => Number(part.timestamp) * 1_000);
    const ages = delays.map((at, index) => at + performance.timeOrigin - (captured[index] ?? 0)).sort((a, b) => a - b);
    // The time of capture is that of the first byte: the last one came with it, not 200 ms later.
    assert.ok((ages[Math.floor(ages.length / 2)] ?? 0) < 150, `ages in ms: ${ages.map(Math.round).join(', ')}`);
  });

  test('padding behind EOI is no damage', limit, async () => {
    await using rig = await startUsbRig(withFaults({ paddingBytes: 20_000 }));
    await using viewer = await rig.watch();
    const { body } = await viewer.next('a live frame', isLive);
    const { frames, restarts } = await rig.untilStatus('to stream', (seen) => seen.frames.published > 20);

    assert.deepEqual(ends(body), ['ffd8ff', 'ffd9']);
    assert.deepEqual([frames.dropped['garbage'], restarts.total], [0, 0]);
  });

  test('frames without their end are completed, and said once', limit, async () => {
    await using rig = await startUsbRig(withFaults({ wholeEvery: 8 }));
    await using viewer = await rig.watch();
    const { body } = await viewer.next('a live frame', isLive);
    const { frames, fps, restarts } = await rig.untilStatus('to be at its rate', (seen) => seen.fps > 10);

    assert.deepEqual(ends(body), ['ffd8ff', 'ffd9']);
    assert.ok(fps > 10);
    assert.deepEqual([frames.dropped['garbage'], restarts.total], [0, 0]);
    await logged(rig.pair.capture.log, 'camera leaves out the end of frames (EOI): they are completed');
  });

  test('single damaged frames are dropped and counted, and restart nothing', limit, async () => {
    await using rig = await startUsbRig(withFaults({ damagedEvery: 3 }));
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);
    const { pid } = await rig.status();
    const status = await rig.untilStatus('to have dropped some', (seen) => (seen.frames.dropped['garbage'] ?? 0) > 15);

    assert.deepEqual([status.pid, status.restarts.total, status.state], [pid, 0, 'streaming']);
  });

  test('frames without Huffman tables get the standard ones, and look as they should', limit, async () => {
    const cameras = [{ ...C920, faults: { noTables: true } }];
    await using rig = await startUsbRig({ cameras, env: { cam0_width: '640', cam0_height: '480' } });
    await using viewer = await rig.watch();
    const { body } = await viewer.next('a live frame', isLive);

    assert.ok(body.includes(Buffer.from([0xff, 0xc4])), 'it has a DHT');
    const { channels } = await sharp(body).stats();
    const [original] = await noisy([C920]);
    const expected = await sharp(readFileSync(`${original?.recording}/00.jpg`)).stats();
    for (const [at, { mean }] of channels.entries())
      assert.ok(Math.abs(mean - (expected.channels[at]?.mean ?? 0)) < 12, `channel ${at} has ${mean}`);
  });

  test('another size than asked for is reported in the status, and warned about once', limit, async () => {
    await using rig = await startUsbRig(withFaults({ onlySize: '640x480' }));
    for (let round = 0; round < 2; round++) {
      const viewer = await rig.watch();
      await viewer.next('a live frame', isLive);
      const { negotiated } = await rig.untilStatus('to stream', (seen) => seen.state === 'streaming');
      assert.deepEqual(negotiated, { width: 640, height: 480 });
      await viewer.leave();
      await rig.untilStatus('to be idle', (seen) => seen.state === 'idle');
    }

    const warned = rig.pair.capture.log.lines.filter(
      (line) => line.msg === 'camera streams at a different size than requested',
    );
    assert.equal(warned.length, 1);
  });

  test('a rate that darkness divides by ten is slow, and no stall', limit, async (t) => {
    await using rig = await startUsbRig({ env: { cam0_watchdog_timeout: '0.2' } });
    await using viewer = await rig.watch();
    await viewer.next('a live frame', isLive);

    rig.usb.setFaults('c920', { slowdown: 8 });
    const darkMs = performance.now();
    await liveAfter(viewer, darkMs + 5_000);

    measured(t, 'in the dark: longest pause', longestGapMs(viewer, darkMs));
    assert.equal((await rig.status()).restarts.total, 0);
  });

  test('a camera without MJPEG is encoded here where the owner says so', limit, async () => {
    const formats = C920.formats.filter(({ fourcc }) => fourcc === 'YUYV');
    await using rig = await startUsbRig({ cameras: [{ ...C920, formats }], env: { cam0_v4l2_format: 'yuyv' } });
    await using viewer = await rig.watch();
    const { body } = await viewer.next('a live frame', isLive);

    assert.deepEqual(ends(body), ['ffd8ff', 'ffd9']);
    const [run] = rig.usb.runs().filter(({ program }) => program === 'ffmpeg');
    assert.match(run?.args.join(' ') ?? '', /-input_format yuyv422 -video_size 320x240 -framerate 15 -i .*video0 /);
    await logged(rig.pair.capture.log, ENCODED);
  });

  test(
    'controls are set before each start, automatics first, and again when it was plugged in anew',
    limit,
    async () => {
      const controls = 'focus=45,power_line_frequency=50 Hz,sharpness=3';
      await using rig = await startUsbRig({ env: { cam0_v4l2_controls: controls } });
      const wanted = { focus_automatic_continuous: 0, focus_absolute: 45, power_line_frequency: 1 };
      await using viewer = await rig.watch();
      await viewer.next('a live frame', isLive);
      assert.deepEqual(rig.usb.values('c920'), wanted);
      await logged(rig.pair.capture.log, 'controls that could not be set', (line) =>
        /^sharpness: this camera has no sharpness; it has brightness,/.test(String(line['reason'])),
      );

      rig.usb.unplug('c920');
      await rig.untilStatus('to be absent', (seen) => seen.state === 'absent');
      rig.usb.plug('c920');
      const pluggedMs = performance.now();
      await liveAfter(viewer, pluggedMs);

      assert.deepEqual(rig.usb.values('c920'), wanted);
    },
  );
});

const isLivePart = (part: { kind: string }) => part.kind === 'live';
const ENCODED = 'this camera is encoded here by ffmpeg: about 6 ms of CPU for a frame of 1280x720 on a fast core';

test('camctl cameras lists USB cameras with id line, node, speed, sizes and who uses them', limit, async () => {
  const yuyvOnly = { ...CHEAP, formats: CHEAP.formats.filter(({ fourcc }) => fourcc === 'YUYV') };
  await using rig = await startUsbRig({ cameras: [C920, yuyvOnly] });
  await using viewer = await rig.watch();
  await viewer.next('a live frame', isLive);

  const { stdout, code } = await rig.pair.camctl('cameras');

  const dev = rig.usb.env['SOFT_STREAM_DEV_DIR'];
  assert.equal(code, 0);
  assert.equal(
    stdout,
    `0: HD Pro Webcam C920, 1280x720 (is cam0)
     ${dev}/video0, USB 480 Mbit/s, in use by cam0
     MJPEG 320x240 at 30, 15, 5 fps
     MJPEG 640x480 at 30, 15, 5 fps
     MJPEG 1280x720 at 30, 15, 5 fps
   cam0_id=usb:046d:082d:1A2B3C4D
1: USB 2.0 Camera (not configured)
     ${dev}/video2, USB 480 Mbit/s, YUYV only
   cam1_driver=v4l2
   cam1_id=usb-xhci-hcd.0-1.3
`,
  );
  const doctor = await rig.pair.camctl('doctor');
  assert.match(doctor.stdout, /ok {4}.*v4l2-ctl: v4l2-ctl 1\.22\.1\n/);
  assert.match(doctor.stdout, /ok {4}cam0 \(usb:046d:082d:1A2B3C4D\) is .*video0, readable and writable/);
});

test('two USB and two CSI cameras stream at once, and each goes on when another is pulled out', limit, async () => {
  const recording = await noiseRecording();
  using pi = createPi(
    [IMX219, IMX708].map((each) => ({ ...each, recording, autofocus: false })),
    0.2,
  );
  using usb = createUsbBus(await noisy(), { devFolder: pi.devFolder });
  const common = { width: '320', height: '240', fps: '15', linger: '0.2', port: '0' };
  const own = [
    { driver: 'rpicam', id: IMX219.id },
    { driver: 'rpicam', id: IMX708.id },
    { driver: 'v4l2', id: C920_ID },
    { driver: 'v4l2', id: `/dev/v4l/by-path/platform-${CHEAP.controller}-usb-0:1.3:1.0-video-index0` },
  ];
  const settings = own.map((each, at) =>
    Object.fromEntries(Object.entries({ ...common, ...each }).map(([key, value]) => [`cam${at}_${key}`, value])),
  );
  const path = `${usb.env['PATH']?.split(':')[0]}:${pi.env['PATH']}`;
  await using pair = await startPair({
    cameras: 2,
    env: { ...Object.assign({}, ...settings), ...pi.env, ...usb.env, PATH: path, cam0_port: '0', cam1_port: '0' },
  });
  const listening = await waitFor('four listeners', () => {
    const lines = pair.http.log.lines.filter((line) => line.msg === 'http-service listening');
    return lines.length === 4 && lines;
  });
  const urlOf = (camera: string) =>
    `http://127.0.0.1:${listening.find((line) => line['camera'] === camera)?.['port']}/stream.mjpg`;
  const viewers = await Promise.all(['cam0', 'cam1', 'cam2', 'cam3'].map((camera) => watch(urlOf(camera))));
  try {
    await Promise.all(viewers.map((viewer) => viewer.next('a live frame', isLive)));

    usb.unplug('cheap');
    await viewers[3]?.next('a held part', (part) => part.kind === 'held');
    const pulledMs = performance.now();
    await Promise.all(viewers.slice(0, 3).map((viewer) => liveAfter(viewer, pulledMs + 500)));

    const { stdout } = await pair.camctl('cameras', '--json');
    const { cameras } = JSON.parse(stdout) as { cameras: { camera: string; id: string }[] };
    assert.deepEqual(cameras.map(({ camera }) => camera).sort(), ['cam0', 'cam1', 'cam2']);
  } finally {
    await Promise.all(viewers.map((viewer) => viewer.leave()));
  }
});
