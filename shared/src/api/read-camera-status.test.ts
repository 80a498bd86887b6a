import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FUZZ_RUNS } from '../testing/fuzz-runs.ts';
import { CAMERA_STATES, type CameraStatus, RESTART_CAUSES, restartKind } from './camera-status.ts';
import { readCameraStatus } from './read-camera-status.ts';
import { UnreadableMessage } from './read-fields.ts';

const options = { timeout: 10_000 };

const whole: CameraStatus = {
  version: 1,
  camera: 'cam0',
  name: 'Voron',
  state: 'restarting',
  cause: 'stalled: no frame for 4 s',
  sinceMs: 1_700_000_000_000,
  viewers: 2,
  leases: 1,
  fps: 14.9,
  requested: { width: 1280, height: 720, fps: 15 },
  negotiated: { width: 1280, height: 720 },
  autofocus: { state: 'focused', lensPosition: 3.25, lastResult: 'focused', lastDurationMs: 1240 },
  starts: { total: 5, withoutListing: 3, corrected: 1 },
  restarts: { total: 3, failed: 2, byCause: { stalled: 2, operator: 1 } },
  nextTryAtMs: 1_700_000_002_000,
  driver: 'rpicam',
  cameraId: '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a',
  model: 'imx708',
  hold: 'on',
  frames: { published: 4711, bytes: 282_660_000, dropped: { garbage: 1 } },
  stills: { taken: 4, failed: 1, lastError: 'rpicam-still took more than 8 s' },
  object: { name: '/soft-stream.cam0', byteLength: 12_582_912 },
  controls: {
    brightness: { value: 0.5, from: 'page', changedAtMs: 1_700_000_000_000 },
    hflip: { value: true, from: 'file', changedAtMs: null },
  },
  focusFigure: { value: 1507, atMs: 1_700_000_000_000 },
  pid: 1234,
};

test('a status of this version is read as it was written', options, () => {
  assert.deepEqual(readCameraStatus(JSON.parse(JSON.stringify(whole))), whole);
});

test('an older status without newer fields is whole all the same', options, () => {
  assert.deepEqual(readCameraStatus({ version: 1, camera: 'cam0', state: 'streaming' }), {
    ...whole,
    name: '',
    state: 'streaming',
    cause: null,
    sinceMs: 0,
    viewers: 0,
    leases: 0,
    fps: 0,
    requested: { width: 0, height: 0, fps: 0 },
    negotiated: null,
    autofocus: null,
    starts: { total: 0, withoutListing: 0, corrected: 0 },
    restarts: { total: 0, failed: 0, byCause: {} },
    nextTryAtMs: null,
    driver: 'unknown',
    cameraId: null,
    model: null,
    hold: 'auto',
    frames: { published: 0, bytes: 0, dropped: {} },
    stills: { taken: 0, failed: 0, lastError: null },
    object: { name: '', byteLength: 0 },
    controls: {},
    focusFigure: null,
    pid: null,
  });
});

test('words of a newer version become something defined, and its fields are left out', options, () => {
  const newer = {
    ...whole,
    state: 'defragmenting',
    driver: 'lidar',
    hold: 'weekends',
    autofocus: { ...whole.autofocus, state: 'dreaming', lastResult: 'nearly' },
    restarts: { total: 9, byCause: { stalled: 2, 'solar flare': 3, boredom: 1, operator: 3 } },
    weather: 'fine',
  };

  const read = readCameraStatus(newer);

  assert.deepEqual([read.state, read.unknownState], ['unknown', 'defragmenting']);
  assert.deepEqual([read.driver, read.hold], ['unknown', 'auto']);
  assert.deepEqual([read.autofocus?.state, read.autofocus?.lastResult], ['unknown', null]);
  assert.deepEqual(read.restarts, { total: 9, failed: 6, byCause: { stalled: 2, other: 4, operator: 3 } });
  assert.ok(!('weather' in read));
});

test('the word of an unknown state is short and harmless', options, () => {
  const word = (state: unknown) => readCameraStatus({ camera: 'cam0', state }).unknownState;

  assert.equal(word('<b>hot</b>\n\u202e'), 'bhotb');
  assert.equal(word('x'.repeat(500))?.length, 40);
  assert.equal(word(7), undefined);
  assert.equal(word('unknown'), undefined);
});

test('a status of no camera is none', options, () => {
  for (const nothing of [undefined, null, [], 'cam0', { camera: 7 }])
    assert.throws(() => readCameraStatus(nothing), UnreadableMessage);
});

test('whatever comes ends in a whole status or in one named error', options, () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(whole)), (value, field) => {
      const read = readCameraStatus({ ...whole, camera: 'cam0', [field]: field === 'camera' ? 'cam0' : value });
      assert.ok(CAMERA_STATES.includes(read.state));
      for (const [cause, count] of Object.entries(read.restarts.byCause)) {
        assert.ok(RESTART_CAUSES.some((known) => known === cause));
        assert.equal(typeof count, 'number');
      }
    }),
    { numRuns: FUZZ_RUNS },
  );
});

test('what somebody asked for is no failure', options, () => {
  const asked = RESTART_CAUSES.filter((cause) => restartKind(cause) === 'asked');

  assert.deepEqual(asked, ['autofocus request', 'full still', 'setting changed', 'operator']);
});
