import assert from 'node:assert/strict';
import test from 'node:test';
import { CONTROL_NAMES } from '../api/controls.ts';
import { loadConfig } from '../config/load.ts';
import { CAMERA_SETTINGS } from '../config/settings.ts';
import { cameraConfig } from '../testing/camera-config.ts';
import { CAMERA_CONTROLS } from './camera-controls.ts';
import { checkControlValue, controlText, parseControlValue } from './control-values.ts';

const TIMEOUT = { timeout: 20_000 };

/** Values at the bounds of each. */
function valuesOf(name: (typeof CONTROL_NAMES)[number]) {
  const { kind, min, max, choices = [] } = CAMERA_CONTROLS[name];
  if (kind === 'number') return [min ?? 0, max ?? 0];
  if (kind === 'switch') return [true, false];
  if (kind === 'choice') return choices;
  return kind === 'rectangle' ? ['0.25,0.25,0.5,0.5', '0,0,1,1'] : ['1.8,1.6'];
}

test('the table has every control, each of a setting that there is', TIMEOUT, () => {
  assert.deepEqual(Object.keys(CAMERA_CONTROLS), CONTROL_NAMES);
  for (const { key } of Object.values(CAMERA_CONTROLS)) assert.ok(key in CAMERA_SETTINGS, key);
});

test('a value that was set is the value that is said', TIMEOUT, () => {
  for (const name of CONTROL_NAMES) {
    const control = CAMERA_CONTROLS[name];
    for (const value of valuesOf(name)) {
      assert.equal(checkControlValue(control, value), value, `${name}=${value}`);
      assert.equal(control.get(control.set(cameraConfig(), value)), value, `${name}=${value}`);
      assert.equal(parseControlValue(control, controlText(value)), value, `${name}=${value}`);
    }
  }
});

test('the environment file takes every value that can be set at run time', TIMEOUT, () => {
  for (const name of CONTROL_NAMES) {
    const { key, get, default: usual } = CAMERA_CONTROLS[name];
    for (const value of valuesOf(name)) {
      if (value === usual) continue;
      const [config] = loadConfig({ env: { [`cam0_${key}`]: controlText(value) }, cwd: '/srv' }).cameras;
      assert.ok(config);
      assert.equal(get(config), value, `${name}=${value}`);
    }
  }
});

test('what is out of range, of another kind or no number at all is not taken', TIMEOUT, () => {
  for (const value of [-1.01, 1.01, '0', true, null, Number.NaN, Number.POSITIVE_INFINITY, {}]) {
    assert.equal(checkControlValue(CAMERA_CONTROLS.brightness, value), undefined, String(value));
  }
  assert.equal(checkControlValue(CAMERA_CONTROLS.fps, 14.5), undefined);
  assert.equal(checkControlValue(CAMERA_CONTROLS.region, '0.5,0.5,0.6,0.6'), undefined);
  assert.equal(checkControlValue(CAMERA_CONTROLS.awb_gains, '--help,1'), undefined);
});
