import assert from 'node:assert/strict';
import test from 'node:test';
import { ConfigError } from '../config-error.ts';
import { loadConfig } from '../load.ts';
import { parseV4l2Id, v4l2Controls } from './v4l2-formats.ts';

const TIMEOUT = { timeout: 20_000 };
const load = (settings: Readonly<Record<string, string>>) =>
  loadConfig({ env: { cam0_driver: 'v4l2', ...settings }, cwd: '/' });

test('the forms of an id', TIMEOUT, () => {
  const rows = [
    ['/dev/video12', { kind: 'node', name: 'video12' }],
    ['usb:046D:082d', { kind: 'usb', vendor: '046d', product: '082d', serial: undefined }],
    ['usb:046d:082d:A:B', { kind: 'usb', vendor: '046d', product: '082d', serial: 'A:B' }],
    ['1-1.2', { kind: 'port', bus: 1, controller: undefined, port: '1.2' }],
    ['usb-0000:01:00.0-1.2', { kind: 'port', bus: undefined, controller: '0000:01:00.0', port: '1.2' }],
    ['/dev/v4l/by-id/usb-046d_C920_1A-video-index0', { kind: 'by-id', name: '046d_C920_1A', nodeIndex: 0 }],
    [
      'platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.2:1.0-video-index0',
      {
        ...{ kind: 'by-path', controllers: ['fd500000.pcie', '0000:01:00.0'], port: '1.2' },
        ...{ interface: '1.0', nodeIndex: 0 },
      },
    ],
  ] as const;
  for (const [text, id] of rows) assert.deepEqual(parseV4l2Id(text), id, text);
});

test('what is no id of a USB camera ends the start and says what would be one', TIMEOUT, () => {
  for (const text of [
    'video0',
    '/dev/video',
    'usb:46d:82d',
    'C920',
    '1',
    '/dev/v4l/by-id/',
    '/base/i2c@88000/imx708@1a',
  ]) {
    assert.throws(
      () => load({ cam0_id: text }),
      (error) => error instanceof ConfigError && /cam0_id.*usb:046d:082d:1A2B3C4D/s.test(error.message),
      text,
    );
  }
});

test('controls are pairs of name and value, and no name comes twice', TIMEOUT, () => {
  assert.deepEqual(v4l2Controls.read('focus=45, power_line_frequency=50 Hz'), [
    { name: 'focus', value: '45' },
    { name: 'power_line_frequency', value: '50 Hz' },
  ]);
  for (const text of ['focus', 'focus=', '=45', 'focus=1,focus=2', 'focus=1,', 'Focus=1', 'a=1=2'])
    assert.equal(v4l2Controls.read(text), undefined, text);
});

test('autofocus of a USB camera is a control, and no cycle to wait for', TIMEOUT, () => {
  const [camera] = load({ cam0_autofocus: '1', cam0_v4l2_controls: 'gain=3' }).cameras;
  assert.equal(camera?.autofocus, false);
  assert.deepEqual(camera?.v4l2.controls, [
    { name: 'autofocus', value: '1' },
    { name: 'gain', value: '3' },
  ]);
});

test('a still has the size that is set, else the camera decides', TIMEOUT, () => {
  const sizeOf = (settings: Readonly<Record<string, string>>) => load(settings).cameras[0]?.v4l2.stillSize;
  assert.equal(sizeOf({}), undefined);
  assert.deepEqual(sizeOf({ cam0_snapshot_width: '640', cam0_snapshot_height: '480' }), { width: 640, height: 480 });
});

test('settings for another kind of camera are warned about', TIMEOUT, () => {
  const { warnings = [] } = load({ cam0_brightness: '0.5', cam1_v4l2_controls: 'gain=3' });
  assert.deepEqual(warnings, [
    'cam0_brightness has no effect with cam0_driver=v4l2: it is for cam0_driver=rpicam; see cam0_v4l2_controls',
    'cam1_v4l2_controls has no effect with cam1_driver=rpicam: it is for cam1_driver=v4l2',
  ]);
});

test('two USB cameras with one id, and default cameras, are noticed', TIMEOUT, () => {
  assert.throws(() => load({ cam0_id: '1-1', cam1_driver: 'v4l2', cam1_id: '1-1' }), /cam0 and cam1 have the same id/);
  assert.equal(load({}).areDefaultCameras, false);
  assert.equal(loadConfig({ env: {}, cwd: '/' }).areDefaultCameras, true);
});
