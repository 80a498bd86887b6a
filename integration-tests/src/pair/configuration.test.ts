import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { runProgram } from '../harness/run-program.ts';
import { startPair } from '../harness/start-pair.ts';
import { isLive, watch } from '../viewer/watch.ts';

const timeout = 90_000;

/** As the replaced program's installation left it: names in quotes, one of each kind, comments and blank lines. */
const OLD_FILE = `# Soft Stream Cameras
cam0_index=0
cam0_name="Prusa MK4 #1"
cam0_width=1280
cam0_height=720
cam0_fps=15
cam0_port=18081
cam0_bind=127.0.0.1
cam0_quality=medium
cam0_snapshot_width=0
cam0_snapshot_height=0
cam0_snapshot_quality=95
cam0_autofocus=0

; the second printer
cam1_index=1
cam1_name='Voron 2.4 $ "Trident"'
cam1_width=1280
cam1_height=720
cam1_fps=10
cam1_port=18082
cam1_bind=127.0.0.1
cam1_quality=high
cam1_snapshot_width=640
cam1_snapshot_height=360
cam1_snapshot_quality=80
cam1_autofocus=1
`;

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'soft-stream-env-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('the old environment file works as it is, with both camera names in quotes', { timeout }, async (t) => {
  const envFile = join(await folderOf(t), 'soft-stream-cameras.env');
  await writeFile(envFile, OLD_FILE);
  await using pair = await startPair({ envFile });
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a live frame', isLive);

  const [first, second] = [await pair.status(0), await pair.status(1)];

  assert.equal(first.name, 'Prusa MK4 #1');
  assert.equal(second.name, 'Voron 2.4 $ "Trident"');
  assert.deepEqual(second.requested, { width: 1280, height: 720, fps: 10 });
});

test('wrong settings end both services with 78 and name every wrong key, its value and what is allowed', {
  timeout,
}, async (t) => {
  const runDir = await folderOf(t);
  const wrong = {
    cam0_width: 'wide',
    cam0_fps: '-1',
    cam1_quality: 'superb',
    cam1_port: '99999',
    cam1_autofocus: 'maybe',
  };
  const env = { ...process.env, ...wrong, SOFT_STREAM_RUN_DIR: runDir };

  for (const entry of [checkout.capture, checkout.http]) {
    const { code, stdout, stderr } = await runProgram(process.execPath, [entry], { env });

    assert.equal(code, 78, stdout + stderr);
    for (const [key, value] of Object.entries(wrong)) {
      assert.match(stdout + stderr, new RegExp(`${key}.*${value}`), `${key} is named with its value`);
    }
    assert.match(stdout + stderr, /very-low/, 'what is allowed is said');
  }
});

test('an unknown key in the file is an error that suggests the nearest name', { timeout }, async (t) => {
  const folder = await folderOf(t);
  const envFile = join(folder, 'typo.env');
  await writeFile(envFile, 'cam0_widht=1280\n');

  const args = [checkout.capture, '--env-file', envFile];
  const { code, stdout, stderr } = await runProgram(process.execPath, args, {
    env: { ...process.env, SOFT_STREAM_RUN_DIR: folder },
  });

  assert.equal(code, 78);
  assert.match(stdout + stderr, /cam0_widht[\s\S]*cam0_width/);
});

test('a recording that is not there ends capture-service with 78 and its path', { timeout }, async (t) => {
  const folder = await folderOf(t);
  const env = {
    ...process.env,
    SOFT_STREAM_RUN_DIR: folder,
    cam0_driver: 'recorded',
    cam0_recording: join(folder, 'no-such'),
  };

  const { code, stdout, stderr } = await runProgram(process.execPath, [checkout.capture], { env });

  assert.equal(code, 78, stdout + stderr);
  assert.match(stdout + stderr, /no-such/);
});

test('a taken port ends http-service with 69 and names the port', { timeout }, async () => {
  await using pair = await startPair({ start: ['http'] });

  const { code, stdout, stderr } = await runProgram(process.execPath, [checkout.http], { env: pair.env });

  assert.equal(code, 69, stdout + stderr);
  assert.match(stdout + stderr, new RegExp(String(pair.env['cam0_port'])));
});
