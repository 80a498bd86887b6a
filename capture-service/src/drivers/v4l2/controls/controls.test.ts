import assert from 'node:assert/strict';
import test from 'node:test';
import { parseControls } from './parse-controls.ts';
import { planControls } from './plan-controls.ts';

const TIMEOUT = { timeout: 20_000 };

/** As v4l2-ctl 1.22 prints them. */
const C920 = `
User Controls

                     brightness 0x00980900 (int)    : min=0 max=255 step=1 default=128 value=128
        white_balance_automatic 0x0098090c (bool)   : default=1 value=1
                           gain 0x00980913 (int)    : min=0 max=255 step=1 default=0 value=12
           power_line_frequency 0x00980918 (menu)   : min=0 max=2 default=2 value=2 (60 Hz)
				0: Disabled
				1: 50 Hz
				2: 60 Hz
      white_balance_temperature 0x0098091a (int)    : min=2000 max=6500 step=1 default=4000 value=4000 flags=inactive

Camera Controls

                  auto_exposure 0x009a0901 (menu)   : min=0 max=3 default=3 value=3 (Aperture Priority Mode)
				1: Manual Mode
				3: Aperture Priority Mode
         exposure_time_absolute 0x009a0902 (int)    : min=3 max=2047 step=1 default=250 value=250 flags=inactive
                 focus_absolute 0x009a090a (int)    : min=0 max=250 step=5 default=0 value=0 flags=inactive
     focus_automatic_continuous 0x009a090c (bool)   : default=1 value=1
                   led1_mode 0x0a046d05 (menu)   : min=0 max=3 default=3 value=3 (Auto) flags=read-only
`;
const OLD_NAMES = C920.replaceAll('focus_automatic_continuous', 'focus_auto')
  .replaceAll('auto_exposure', 'exposure_auto')
  .replaceAll('exposure_time_absolute', 'exposure_absolute');

const plan = (wanted: string, text = C920) =>
  planControls(
    parseControls(text),
    wanted.split(',').map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return { name, value };
    }),
  );
const words = (wanted: string, text?: string) =>
  plan(wanted, text).passes.map((pass) => pass.map(({ name, value }) => `${name}=${value}`).join(','));

test('each control has its range, value, menu and flags', TIMEOUT, () => {
  const controls = parseControls(C920);

  assert.deepEqual(
    controls.map(({ name }) => name),
    [
      ...['brightness', 'white_balance_automatic', 'gain', 'power_line_frequency', 'white_balance_temperature'],
      ...['auto_exposure', 'exposure_time_absolute', 'focus_absolute', 'focus_automatic_continuous', 'led1_mode'],
    ],
  );
  assert.deepEqual(controls[3], {
    ...{ name: 'power_line_frequency', type: 'menu', min: 0, max: 2, step: undefined, default: 2, value: 2 },
    ...{ isInactive: false, isReadOnly: false },
    menu: [
      { value: 0, label: 'Disabled' },
      { value: 1, label: '50 Hz' },
      { value: 2, label: '60 Hz' },
    ],
  });
  assert.deepEqual([controls[7]?.isInactive, controls[1]?.max, controls[9]?.isReadOnly], [true, 1, true]);
});

test('automatics are set first, in a run of their own', TIMEOUT, () => {
  assert.deepEqual(words('focus_absolute=45,focus_automatic_continuous=0,gain=3'), [
    'focus_automatic_continuous=0',
    'focus_absolute=45,gain=3',
  ]);
});

test('a value by hand switches its automatic off, also under the names of older kernels', TIMEOUT, () => {
  assert.deepEqual(words('focus=45,exposure=300,white_balance=5000'), [
    'focus_automatic_continuous=0,auto_exposure=1,white_balance_automatic=0',
    'focus_absolute=45,exposure_time_absolute=300,white_balance_temperature=5000',
  ]);
  assert.deepEqual(words('focus=45,exposure=300', OLD_NAMES), [
    'focus_auto=0,exposure_auto=1',
    'focus_absolute=45,exposure_absolute=300',
  ]);
});

test('auto gives a value back to the camera', TIMEOUT, () => {
  assert.deepEqual(words('focus=auto,exposure=auto,white_balance=auto'), [
    'focus_automatic_continuous=1,auto_exposure=3,white_balance_automatic=1',
    '',
  ]);
});

test('a menu takes the words of its entry as well', TIMEOUT, () => {
  assert.deepEqual(words('power_line_frequency=50 Hz'), ['', 'power_line_frequency=1']);
});

test('what cannot be set says why, and the rest is set', TIMEOUT, () => {
  const { passes, refused } = plan(
    'sharpness=3,gain=256,power_line_frequency=7,led1_mode=1,brightness=dark,contrast=1',
  );
  assert.deepEqual(passes, [[], []]);
  assert.deepEqual(
    refused.map(({ name, reason }) => `${name}: ${reason.slice(0, 60)}`),
    [
      'sharpness: this camera has no sharpness; it has brightness, white_balan',
      'gain: must be a whole number from 0 to 255',
      'power_line_frequency: must be 0 (Disabled), 1 (50 Hz), 2 (60 Hz)',
      'led1_mode: this camera does not allow it to be set',
      'brightness: must be a whole number from 0 to 255',
      'contrast: this camera has no contrast; it has brightness, white_balanc',
    ],
  );
});
