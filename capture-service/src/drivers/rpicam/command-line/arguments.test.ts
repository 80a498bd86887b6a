import assert from 'node:assert/strict';
import test from 'node:test';
import { cameraConfig } from '@soft-stream/shared/testing/camera-config';
import { stillArguments, streamArguments } from './arguments.ts';

const text = (argv: readonly string[]) => argv.join(' ');
const optionsOf = (argv: readonly string[]) =>
  argv.filter((word) => /^--|^-[a-z]$/.test(word)).map((word) => word.split('=')[0]);

test('a stream without settings is a flushed endless MJPEG stream of the configured size, lens at rest', () => {
  assert.equal(
    text(streamArguments(cameraConfig(), 1)),
    '--camera 1 -n -t 0 --codec mjpeg --flush --width 1280 --height 720 --framerate 15 --quality 50 ' +
      '--autofocus-mode manual --lens-position default --info-text #%frame fps=%fps lp=%lp af=%afstate focus=%focus -o -',
  );
});

test('autofocus is continuous in the configured range, speed and window', () => {
  const config = cameraConfig({
    autofocus: true,
    rpicam: { autofocusRange: 'macro', autofocusSpeed: 'fast', autofocusWindow: '0.25,0.25,0.5,0.5' },
  });

  const words = text(streamArguments(config, 0));

  assert.match(
    words,
    /--autofocus-mode continuous --autofocus-range macro --autofocus-speed fast --autofocus-window 0\.25,0\.25,0\.5,0\.5/,
  );
  assert.doesNotMatch(words, /lens-position/);
});

test('a lens position means manual focus, also with autofocus on', () => {
  const words = text(streamArguments(cameraConfig({ autofocus: true, rpicam: { lensPosition: '4.5' } }), 0));

  assert.match(words, /--autofocus-mode manual --lens-position 4\.5/);
  assert.doesNotMatch(words, /continuous|autofocus-range/);
});

test('every picture setting is passed on under its own option', () => {
  const config = cameraConfig({
    rpicam: {
      rotation: 180,
      hflip: true,
      vflip: true,
      mode: '2304:1296:10:P',
      roi: '0,0,0.5,0.5',
      exposure: 'sport',
      gain: 2,
      awb: 'daylight',
      brightness: -0.5,
      contrast: 1.5,
      sharpness: 2,
      saturation: 0,
      denoise: 'cdn_off',
      hdr: 'sensor',
      tuningFile: '/etc/imx708.json',
    },
  });

  assert.match(
    text(streamArguments(config, 0)),
    /--mode 2304:1296:10:P --rotation 180 --hflip --vflip --roi 0,0,0\.5,0\.5 --exposure sport --gain 2 --awb daylight --brightness -0\.5 --contrast 1\.5 --sharpness 2 --saturation 0 --denoise cdn_off --hdr sensor --tuning-file \/etc\/imx708\.json/,
  );
});

test('an exposure that is a number is a shutter time, white balance with a comma is a pair of gains', () => {
  const words = text(streamArguments(cameraConfig({ rpicam: { exposure: '20000', awb: '1.5,1.9' } }), 0));

  assert.match(words, /--shutter 20000 --awbgains 1\.5,1\.9/);
  assert.doesNotMatch(words, /--exposure|--awb /);
});

test('a still without autofocus settles for half a second and has no thumbnail', () => {
  assert.equal(
    text(
      stillArguments(cameraConfig({ snapshot: { width: 1920, height: 1080, quality: 95 } }), 0, {
        full: false,
        focus: true,
      }),
    ),
    '--camera 0 -n -t 500 -e jpg --quality 95 --thumb none --width 1920 --height 1080 ' +
      '--autofocus-mode manual --lens-position default --info-text #%frame fps=%fps lp=%lp af=%afstate focus=%focus -o -',
  );
});

test('a still with autofocus focuses continuously for two seconds, unless the focus is known to be fixed', () => {
  const config = cameraConfig({ autofocus: true });

  const focusing = text(stillArguments(config, 0, { full: false, focus: true }));
  const fixed = text(stillArguments(config, 0, { full: false, focus: false }));

  assert.match(focusing, /-t 2000 .*--autofocus-mode continuous/);
  assert.match(fixed, /-t 500 /);
  assert.doesNotMatch(fixed, /autofocus/);
});

test('a full still names neither size nor sensor mode', () => {
  const config = cameraConfig({ rpicam: { mode: '2304:1296:10:P' } });

  assert.doesNotMatch(text(stillArguments(config, 0, { full: true, focus: true })), /--width|--height|--mode/);
  assert.match(text(stillArguments(config, 0, { full: false, focus: true })), /--mode 2304:1296:10:P/);
});

test('a sensor mode with fewer pixels than the still wants is left out of it', () => {
  const config = cameraConfig({
    rpicam: { mode: '1536:864:10:P' },
    snapshot: { width: 1920, height: 1080, quality: 9 },
  });

  assert.doesNotMatch(text(stillArguments(config, 0, { full: false, focus: true })), /--mode/);
});

test('extra arguments come last and replace ours of the same name', () => {
  for (const extraArgs of [['--quality', '70'], ['--quality=70']]) {
    const argv = streamArguments(cameraConfig({ rpicam: { extraArgs } }), 0);

    assert.deepEqual(argv.slice(-extraArgs.length), extraArgs);
    assert.ok(!argv.slice(0, -extraArgs.length).includes('--quality'), extraArgs.join(' '));
  }
});

test('no option ever stands twice', () => {
  const extraArgs = ['--ev', '-0.5', '--width', '640', '--hflip', '--autofocus-mode=auto', '--metering', 'spot'];
  const config = cameraConfig({ autofocus: true, rpicam: { hflip: true, mode: '1:1:10:P', extraArgs } });

  for (const argv of [streamArguments(config, 0), stillArguments(config, 0, { full: false, focus: true })])
    assert.equal(new Set(optionsOf(argv)).size, optionsOf(argv).length, text(argv));
});

test('options that only rpicam-vid knows stay out of stills', () => {
  const extraArgs = ['--ev', '-0.5', '--low-latency', '--bitrate', '1000', '--metering', 'spot'];

  const words = text(stillArguments(cameraConfig({ rpicam: { extraArgs } }), 0, { full: false, focus: true }));

  assert.match(words, /--ev -0\.5 --metering spot$/);
});
