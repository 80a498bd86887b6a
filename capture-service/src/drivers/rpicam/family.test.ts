import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { cameraConfig } from '@soft-stream/shared/testing/camera-config';
import { pino } from 'pino';
import { rpicamFamily } from './family.ts';
import { scriptPrograms } from './testing/scripted-programs.ts';

const log = pino({ enabled: false });
const TIMEOUT = { timeout: 20_000 };
const LISTS = `
  if (argv[0] === '--version') out('rpicam-apps build: v1.12.0 20-11-2026 (12:00:00)\\nlibcamera build: v0.7.1\\n');
  else out('Available cameras\\n-----------------\\n' +
    '0 : imx708 [4608x2592 10-bit RGGB] (/base/i2c@88000/imx708@1a)\\n' +
    '1 : imx219 [3280x2464 10-bit RGGB] (/base/i2c@80000/imx219@10)\\n');`;

async function openFamily(scripts: Parameters<typeof scriptPrograms>[0], configs = [cameraConfig({ index: 0 })]) {
  const scripted = scriptPrograms(scripts);
  mkdirSync(join(scripted.folder, 'dev'));
  const family = await rpicamFamily({ PATH: scripted.folder, SOFT_STREAM_DEV_DIR: join(scripted.folder, 'dev') })({
    cameras: configs,
    allCameras: configs,
    clock: systemClock,
    log,
    devicesChanged: () => undefined,
  });
  return {
    family,
    folder: scripted.folder,
    async [Symbol.asyncDispose]() {
      await family[Symbol.asyncDispose]();
      scripted[Symbol.dispose]();
    },
  };
}

test(
  'cameras are listed with what they serve and an id line; those that nobody configured get the next free number',
  TIMEOUT,
  async () => {
    await using fixture = await openFamily({ vid: LISTS });

    const seen = await fixture.family.listCameras(AbortSignal.timeout(15_000));

    assert.deepEqual(
      seen.map(({ camera, idLine }) => [camera, idLine]),
      [
        ['cam0', 'cam0_id=/base/i2c@88000/imx708@1a'],
        [null, 'cam1_id=/base/i2c@80000/imx219@10'],
      ],
    );
  },
);

test('doctor names versions, cameras with id lines, and what is missing with what to do', TIMEOUT, async () => {
  await using fixture = await openFamily({ vid: LISTS, still: LISTS }, [
    cameraConfig({ index: 0 }),
    cameraConfig({ camera: 'cam1', number: 1, id: 'i2c@70000/imx219@10', index: undefined }),
  ]);
  writeFileSync(join(fixture.folder, 'dev', 'media0'), '');

  const lines = await fixture.family.doctor(AbortSignal.timeout(15_000));
  const text = lines.map((line) => `${line.level} ${line.what} ${line.advice ?? ''}`).join('\n');

  assert.match(text, /^ok .*rpicam-still: rpicam-apps v1\.12\.0, libcamera v0\.7\.1/m);
  assert.match(text, /^warn cam0 is selected by index.* set cam0_id=\/base\/i2c@88000\/imx708@1a$/m);
  assert.match(text, /^warn camera 1: imx219 .* is not configured add cam2_id=/m);
  assert.match(text, /^fail cam1 \(id i2c@70000\/imx219@10\) not found .*cable/m);
  assert.match(text, /^ok \/dev\/media\*: 1 found/m);
  assert.match(text, /^fail \/dev\/dma_heap\/\*: none found /m);
  assert.match(text, /^fail \/run\/udev is missing.*\/run\/udev:\/run\/udev:ro$/m);
  for (const line of lines) assert.equal(line.advice === undefined, line.level === 'ok', line.what);
});

test('doctor goes on when listing fails', TIMEOUT, async () => {
  await using fixture = await openFamily({
    vid: "err('ERROR: *** camera manager failed to start, code 19 ***\\n'); process.exit(255);",
  });

  const lines = await fixture.family.doctor(AbortSignal.timeout(15_000));

  assert.ok(lines.some((line) => line.level === 'fail' && /code 19/.test(line.what)));
});

test('missing programs end the start with 78', TIMEOUT, async () => {
  const open = rpicamFamily({ PATH: '/nowhere' });
  const options = { cameras: [], allCameras: [], clock: systemClock, log, devicesChanged: () => undefined };

  await assert.rejects(open(options), { exitCode: 78, message: /rpicam-vid/ });
});
