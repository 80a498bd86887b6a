// What a killed instance leaves, and two instances that want the same: the dead are cleared away, the living are safe.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { sharedMemoryOf } from '../demo/run-directory.ts';
import { freePorts } from '../harness/free-port.ts';
import { runProgram } from '../harness/run-program.ts';
import { liveAfter, logged, longestGapMs, measured } from './observe.ts';
import { PATIENT, startRig } from './rig.ts';

const limit = { timeout: 120_000 };

describe('leftovers', { concurrency: 3 }, () => {
  test('frames and sockets of a killed capture are cleared by the next', limit, async (t) => {
    await using rig = await startRig();
    await rig.pair.capture.kill();
    const left = await sharedMemoryOf(rig.pair.runDir);
    assert.equal(left.length, 1);
    assert.ok(existsSync(join(rig.pair.runDir, 'broker.sock')));

    const startMs = performance.now();
    await rig.pair.startCapture();
    measured(t, 'leftovers of a dead owner: from start to ready', performance.now() - startMs);

    await logged(rig.pair.capture.log, 'removed shared memory of a dead process');
    await using viewer = await rig.watch();
    await liveAfter(viewer, startMs);
  });

  test('frames of a camera that is not configured any more go too', limit, async () => {
    await using rig = await startRig({ models: ['imx219', 'imx708'] });
    await rig.pair.capture.kill();
    const { code } = await runProgram(
      'sh',
      ['-c', 'exec timeout -s TERM 8 "$0" "$1"', process.execPath, checkout.capture],
      {
        env: Object.fromEntries(Object.entries(rig.pair.env).filter(([key]) => !key.startsWith('cam1_'))),
      },
    );

    assert.ok(code === 124 || code === 0, String(code));
    assert.deepEqual(await sharedMemoryOf(rig.pair.runDir), []);
  });

  test('a second capture refuses with 69, names what is taken, and harms nothing', limit, async (t) => {
    await using rig = await startRig({ env: PATIENT });
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
    const before = readdirSync(rig.pair.runDir, { recursive: true }).sort();

    const fromMs = performance.now();
    const second = await runProgram(process.execPath, [checkout.capture], { env: rig.pair.env });
    const endedMs = performance.now();
    await liveAfter(viewer, endedMs);

    measured(t, 'second capture: until it refuses', endedMs - fromMs);
    measured(t, 'second capture: longest pause seen by the viewer of the first', longestGapMs(viewer, fromMs));
    assert.equal(second.code, 69);
    const { runDir, capture } = rig.pair;
    const expected = `already running: process ${capture.pid} uses the run directory ${runDir} `;
    assert.ok(second.stderr.includes(expected), second.stderr);
    assert.deepEqual(readdirSync(rig.pair.runDir, { recursive: true }).sort(), before);
    assert.equal((await rig.status()).restarts.total, 0);
  });

  test('also while the first is stopped: alive is whose socket listens', limit, async () => {
    await using rig = await startRig();
    rig.pair.capture.freeze();
    const second = await runProgram(process.execPath, [checkout.capture], { env: rig.pair.env });
    rig.pair.capture.thaw();

    assert.equal(second.code, 69, second.stderr);
    assert.match(second.stderr, new RegExp(`already running: process ${rig.pair.capture.pid} `));
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
  });

  test('a second http on the same port refuses with 69, and the first goes on', limit, async () => {
    await using rig = await startRig();
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
    const second = await runProgram(process.execPath, [checkout.http], { env: rig.pair.env });
    await liveAfter(viewer, performance.now());

    assert.equal(second.code, 69, second.stderr);
    assert.match(second.stderr, /cam0_port|port/);
  });

  test('a second http on another port shares the camera: one program, both are live', limit, async () => {
    await using rig = await startRig({ env: PATIENT });
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
    const [port] = await freePorts(1);
    await using other = await startRig({
      start: ['http'],
      env: { SOFT_STREAM_RUN_DIR: rig.pair.runDir, cam0_port: String(port) },
    });
    assert.ok(other.pair.http.pid);
    const { watch } = await import('../viewer/watch.ts');
    await using second = await watch(`http://127.0.0.1:${port}/stream.mjpg`);
    await liveAfter(second, 0);
    await liveAfter(viewer, performance.now());

    assert.equal(rig.pi.starts().length, 1);
    await second.leave();
    await other.pair.http.stop();
  });
});
