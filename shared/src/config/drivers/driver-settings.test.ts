import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DRIVER_KINDS } from '../../api/driver-kinds.ts';
import { loadConfig } from '../load.ts';
import { CAMERA_SETTINGS } from '../settings.ts';
import { DRIVER_KEYS } from './driver-settings.ts';
import { httpSettings } from './http-settings.ts';
import { recordedSettings } from './recorded-settings.ts';
import { rpicamSettings } from './rpicam-settings.ts';
import { v4l2Settings } from './v4l2-settings.ts';

const options = { timeout: 20_000 };
const load = (env: Readonly<Record<string, string>>) => loadConfig({ env, cwd: '/srv' });

describe('settings of drivers', options, () => {
  it('no key belongs to two drivers, or to a driver and to every camera', options, () => {
    const keys = [rpicamSettings, v4l2Settings, recordedSettings, httpSettings].flatMap((each) =>
      Object.keys(each.keys),
    );

    assert.deepEqual(Object.keys(DRIVER_KEYS).sort(), [...keys].sort());
    assert.equal(new Set(keys).size, keys.length);
    assert.deepEqual(Object.keys(CAMERA_SETTINGS).slice(-keys.length), Object.keys(DRIVER_KEYS));
  });

  it('a camera has an object of each driver', options, () => {
    const [camera] = load({ cam0_hflip: '1' }).cameras;

    for (const kind of DRIVER_KINDS) assert.equal(typeof camera?.[kind], 'object', kind);
    assert.equal(camera?.rpicam.hflip, true);
  });

  it('a key of another driver is warned about, a value that equals its default is not', options, () => {
    const { warnings } = load({
      cam0_autofocus_range: 'macro',
      cam0_driver: 'recorded',
      cam0_recording: 'loop.mjpeg',
      cam1_recording: 'loop.mjpeg',
      cam1_v4l2_format: 'mjpeg',
    });

    assert.deepEqual(warnings, [
      'cam0_autofocus_range has no effect with cam0_driver=recorded: it is for cam0_driver=rpicam',
      'cam1_recording has no effect with cam1_driver=rpicam: it is for cam1_driver=recorded',
    ]);
  });

  it('cameras that play recordings may share one, and an index', options, () => {
    const recorded = (number: number) => ({
      [`cam${number}_driver`]: 'recorded',
      [`cam${number}_recording`]: 'loop.mjpeg',
      [`cam${number}_index`]: '0',
    });

    assert.equal(load({ ...recorded(0), ...recorded(1) }).cameras.length, 2);
  });
});
