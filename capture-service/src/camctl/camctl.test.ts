import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { CAMERA_CONTROLS } from '@soft-stream/shared/controls/camera-controls';
import { readArguments, USAGE, VERBS } from './arguments.ts';
import { printControls, printEnvironment } from './print-controls.ts';
import { printCameras, printDoctor, printOutcomes } from './print-lists.ts';
import { duration, printStatus } from './print-status.ts';
import { readWords } from './read-words.ts';

const options = { timeout: 10_000 };
const NOW = 1_700_000_100_000;

const STATUS: CameraStatus = {
  version: 1,
  camera: 'cam0',
  name: 'Printer #2',
  state: 'restarting',
  cause: 'stalled: no frame for 10 s',
  sinceMs: NOW - 12_000,
  viewers: 2,
  leases: 1,
  fps: 14.97,
  requested: { width: 1281, height: 720, fps: 15 },
  negotiated: { width: 1280, height: 720 },
  autofocus: { state: 'focused', lensPosition: 4.2, lastResult: 'focused', lastDurationMs: 812 },
  restarts: { total: 3, failed: 3, byCause: { stalled: 2, 'child exited': 1 } },
  nextTryAtMs: NOW + 4_000,
  driver: 'rpicam',
  cameraId: '/base/i2c@88000/imx708@1a',
  model: 'imx708',
  hold: 'on',
  frames: { published: 900, bytes: 1, dropped: { 'too large': 0, 'held back': 8 } },
  stills: { taken: 1, failed: 1, lastError: 'taken' },
  object: { name: '/soft-stream.cam0', byteLength: 1 },
  controls: {},
  starts: { total: 0, withoutListing: 0, corrected: 0 },
  focusFigure: null,
  pid: null,
};

describe('camctl: command line', options, () => {
  it('takes every verb, with a camera or without', () => {
    for (const verb of VERBS.filter((each) => !['snapshot', 'set', 'reset'].includes(each))) {
      assert.deepEqual(readArguments([verb, '--json']), {
        verb,
        camera: null,
        json: true,
        output: undefined,
        full: false,
        env: false,
        words: [],
      });
      assert.ok(USAGE.includes(`  ${verb}`), `usage names ${verb}`);
    }
    assert.deepEqual(readArguments(['snapshot', 'cam1', '-o', '-', '--full']), {
      verb: 'snapshot',
      camera: 'cam1',
      json: false,
      output: '-',
      full: true,
      env: false,
      words: [],
    });
  });

  it('takes controls to set and to reset, of one camera', () => {
    const words = (...argv: string[]) => {
      const read = readArguments(argv);
      return 'verb' in read ? read.words : read;
    };
    assert.deepEqual(words('set', 'cam0', 'brightness=0.2', 'region=0,0,1,1'), ['brightness=0.2', 'region=0,0,1,1']);
    assert.deepEqual(words('reset', 'cam0', 'brightness'), ['brightness']);
    assert.deepEqual(words('reset', 'cam0'), []);
  });

  it('prints controls for people, and what was set as lines of the environment file', () => {
    const controls = [
      { ...CAMERA_CONTROLS.region, name: 'region', value: '0,0,0.5,0.5', from: 'page', changedAtMs: NOW },
      { ...CAMERA_CONTROLS.hflip, name: 'hflip', value: true, from: 'operator', changedAtMs: NOW },
      { ...CAMERA_CONTROLS.fps, name: 'fps', value: 25, from: 'file', changedAtMs: null },
    ] as const;
    const all = {
      version: 1,
      camera: 'cam0',
      controls: controls.map((each) => ({ ...each, fileValue: null, writable: true })),
    } as const;

    assert.equal(printEnvironment(all), 'cam0_roi=0,0,0.5,0.5\ncam0_hflip=1\n');
    assert.match(printControls(all), /cam0 +fps=25 +file +a number from 1 to 240/);
    assert.deepEqual(readWords(all.controls, ['hflip=off', 'fps=12', 'fps2=x']), { hflip: false, fps: 12, fps2: 'x' });
  });

  const wrong: [string[], RegExp][] = [
    [['set', 'brightness=1'], /invalid camera/],
    [['set', 'cam0'], /set needs controls/],
    [['set', 'cam0', 'brightness'], /write it as NAME=VALUE/],
    [['reset'], /reset needs a camera/],
    [['status', '--env'], /--env is only for get/],
    [[], /no verb given/],
    [['fly'], /unknown verb "fly"/],
    [['status', 'camera0'], /invalid camera "camera0"/],
    [['status', 'cam0', 'cam1'], /too many arguments: cam1/],
    [['status', '--yaml'], /--yaml/],
    [['snapshot', 'cam0'], /needs -o FILE/],
    [['snapshot', '-o', 'x.jpg'], /needs a camera/],
    [['status', '-o', 'x.jpg'], /only for snapshot/],
    [['doctor', 'cam0'], /takes no camera/],
  ];
  for (const [argv, message] of wrong) {
    it(`says what is wrong with "${argv.join(' ')}"`, () => {
      const read = readArguments(argv);

      assert.ok(read && 'problem' in read);
      assert.match(read.problem, message);
    });
  }
});

describe('camctl: for people', options, () => {
  it('status says everything that is to be known, aligned', () => {
    const idle: CameraStatus = {
      ...STATUS,
      camera: 'cam1',
      name: 'Camera 1',
      state: 'idle',
      cause: null,
      viewers: 0,
      leases: 0,
      fps: 0,
      negotiated: null,
      autofocus: null,
      restarts: { total: 0, failed: 0, byCause: {} },
      nextTryAtMs: null,
      cameraId: null,
      hold: 'auto',
      frames: { published: 0, bytes: 0, dropped: {} },
      stills: { taken: 0, failed: 0, lastError: null },
    };

    assert.equal(
      printStatus([STATUS, idle], NOW),
      `\
cam0  restarting  for 12 s  2 viewers  1 lease   15.0 fps  Printer #2
      cause      stalled: no frame for 10 s
      next try   in 4 s
      held       on (until camctl auto)
      size       1280x720, requested 1281x720 at 15 fps
      autofocus  focused at 4.20 dioptres; last cycle focused in 812 ms
      restarts   3 (stalled 2, child exited 1)
      frames     900 published, dropped: held back 8
      stills     1 taken, 1 failed (last: taken)
      camera     imx708 /base/i2c@88000/imx708@1a
cam1  idle        for 12 s  0 viewers  0 leases  0.0 fps   Camera 1
      size       1281x720 at 15 fps
      frames     0 published`,
    );
  });

  it('outcomes, cameras and the doctor are lists with what to do', () => {
    assert.equal(
      printOutcomes([
        { camera: 'cam0', ok: true, message: 'restarts' },
        { camera: 'cam10', ok: false, message: 'held off' },
      ]),
      'cam0   ok  restarts\ncam10  no  held off',
    );
    const seen = { index: 0, id: '/a', model: 'imx708', width: 4608, height: 2592, modes: ['R10 1536x864'] };
    assert.equal(
      printCameras([{ ...seen, camera: null, idLine: 'cam2_id=/a' }]),
      '0: imx708, 4608x2592 (not configured)\n     R10 1536x864\n   cam2_id=/a',
    );
    assert.equal(printCameras([]), 'no cameras found');
    assert.equal(
      printDoctor([
        { level: 'ok', what: 'fine' },
        { level: 'fail', what: 'bad', advice: 'mend it' },
      ]),
      'ok    fine\nfail  bad\n      -> mend it\n\n1 to repair, 0 to look at',
    );
  });

  it('durations are as exact as anybody wants to know', () => {
    const cases = [999, 1_000, 119_000, 120_000, 7_200_000, 200_000_000];

    assert.deepEqual(cases.map(duration), ['999 ms', '1 s', '119 s', '2 min', '2 h', '2 d']);
  });
});
