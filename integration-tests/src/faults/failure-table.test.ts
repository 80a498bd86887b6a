// Every row of the failure table of rpicam-apps (what ends it, what it ignores, how it refuses), as the pair takes it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../harness/wait-for.ts';
import type { Faults } from '../rpicam-standins/world.ts';
import { freshAfter, kindsSeen, liveAfter, logged, longestGapMs, measured } from './observe.ts';
import { FPS, PATIENT, startRig } from './rig.ts';

const limit = { timeout: 120_000 };

describe('rows of the failure table', { concurrency: 3 }, () => {
  test('SIGINT while frames flow: the last viewer leaves, exit 0, camera released', limit, async (t) => {
    await using rig = await startRig({ env: { cam0_linger: '0' } });
    const viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');

    await viewer.leave();
    measured(t, 'last viewer to released camera (linger 0)', await rig.untilReleased());

    await rig.untilStatus('to be idle', (seen) => seen.state === 'idle');
    await logged(rig.pair.capture.log, 'rpicam-vid stopped', (line) => line['exitCode'] === 0);
  });

  test('SIGINT before rpicam-vid handles it: it dies of it, and the camera is free', limit, async (t) => {
    await using rig = await startRig({ faults: { firstFrameMs: 600_000 }, env: { ...PATIENT, cam0_linger: '0' } });
    const viewer = await rig.watch();
    await waitFor('rpicam-vid to start', () => rig.pi.starts().length > 0);

    await viewer.leave();
    measured(t, 'leaving while it starts: to released camera', await rig.untilReleased());

    const { state, restarts } = await rig.untilStatus('to be idle', (seen) => seen.state === 'idle');
    assert.deepEqual([state, restarts.total], ['idle', 0]);
  });

  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGKILL'] as const) {
    test(`${signal} from outside ends rpicam-vid: named as the cause, live again by itself`, limit, async (t) => {
      await using rig = await startRig({ env: PATIENT });
      await using viewer = await rig.watch();
      await viewer.next('live', (part) => part.kind === 'live');

      const brokenMs = performance.now();
      const { pid } = await rig.untilStatus('to have a process', (seen) => seen.pid !== null);
      process.kill(pid ?? 0, signal);
      await rig.untilStatus('to have restarted', (seen) => seen.restarts.total === 1 && seen.state === 'streaming');
      await liveAfter(viewer, performance.now());

      measured(t, `rpicam-vid ended by ${signal}: longest pause seen`, longestGapMs(viewer, brokenMs));
      assert.equal(viewer.isClosed, false);
      await logged(
        rig.pair.capture.log,
        'camera restarts',
        (line) => line['cause'] === 'child exited' && line['reason'] === `rpicam-vid: ended by ${signal}`,
      );
    });
  }

  test('SIGUSR1 and SIGUSR2 are noted by rpicam-vid and change nothing', limit, async (t) => {
    await using rig = await startRig({ env: PATIENT });
    await using viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');

    const sentMs = performance.now();
    const { pid } = await rig.status();
    process.kill(pid ?? 0, 'SIGUSR1');
    process.kill(pid ?? 0, 'SIGUSR2');
    await liveAfter(viewer, sentMs + 1_000);

    measured(t, 'SIGUSR1 and SIGUSR2: longest pause seen', longestGapMs(viewer, sentMs));
    const after = await rig.status();
    assert.deepEqual([after.pid, after.restarts.total], [pid, 0]);
  });

  test('rpicam-vid stopped (SIGSTOP) is a stall: restarted by the watchdog', limit, async (t) => {
    await using rig = await startRig();
    await using viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');
    const { pid } = await rig.status();

    const brokenMs = performance.now();
    process.kill(pid ?? 0, 'SIGSTOP');
    const status = await rig.untilStatus(
      'to have restarted',
      (seen) => seen.restarts.total > 0 && seen.state === 'streaming',
    );
    await liveAfter(viewer, performance.now());

    measured(t, 'rpicam-vid stopped for good: longest pause seen', longestGapMs(viewer, brokenMs));
    assert.equal(status.restarts.byCause.stalled, 1);
    assert.match(kindsSeen(viewer), /live held live$/);
  });

  test('stdout not read (capture stopped): rpicam-vid blocks, and goes on in the same process', limit, async (t) => {
    await using rig = await startRig({ env: PATIENT });
    await using viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');
    const before = await rig.status();

    const stoppedMs = performance.now();
    rig.pair.capture.freeze();
    await viewer.next('held', (part) => part.kind === 'held');
    await sleep(2_000);
    const thawedMs = performance.now();
    rig.pair.capture.thaw();
    await liveAfter(viewer, thawedMs);

    measured(t, 'capture stopped, then continued: from continuing to live', performance.now() - thawedMs);
    await sleep(500);
    const after = await rig.untilStatus('to be heard', (seen) => seen.state === 'streaming');
    assert.ok(longestGapMs(viewer, stoppedMs) > 1_500);
    assert.deepEqual([after.pid, after.restarts.total], [before.pid, 0]);
  });

  test('taken by another program: retried until it is free, never called missing', limit, async (t) => {
    await using rig = await startRig();
    const args = '-n -t 0 --codec mjpeg --flush --width 320 --height 240 -o - --camera 1'.split(' ');
    const other = spawn('rpicam-vid', args, {
      env: { ...process.env, ...rig.pi.env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    other.stdout.resume();
    await once(other.stdout, 'data');
    await using viewer = await rig.watch();
    const status = await rig.untilStatus('to report it', (seen) => (seen.restarts.byCause['acquire failed'] ?? 0) > 0);
    assert.equal(status.state, 'failed');
    assert.match(status.cause ?? '', /^acquire failed: .*failed to acquire camera .*imx219@10/);
    assert.notEqual(status.nextTryAtMs, null);

    other.kill('SIGTERM');
    await once(other, 'close');
    const freeMs = performance.now();
    await liveAfter(viewer, freeMs);

    measured(t, 'camera taken by another program: from its release to live', performance.now() - freeMs);
    assert.equal(kindsSeen(viewer), 'placeholder live');
    await logged(rig.pair.capture.log, 'camera restarts', (line) => line['cause'] === 'acquire failed');
  });

  const refusals: [NonNullable<Faults['openFails']>, RegExp][] = [
    ['no dma heap', /failed to allocate capture buffers for stream \(no usable dma_heap: give the service/],
    ['no memory', /memory for camera buffers \(CMA\) ran out: .*libcamera said: V4L2: .*Out of memory/],
    ['no Pi', /rpicam-apps currently only supports the Raspberry Pi platforms/],
    ['codec', /unrecognised codec foo/],
    ['no cameras', /no cameras available/],
    ['index out of range', /selected camera is not available/],
  ];
  test('refused at opening: each text is the cause, and the next viewer finds it mended', limit, async (t) => {
    await using rig = await startRig({ env: { cam0_linger: '0' } });
    for (const [openFails, says] of refusals) {
      rig.pi.setFaults('imx219', { openFails });
      const viewer = await rig.watch();
      await rig.untilStatus(`to report ${openFails}`, (seen) => seen.state === 'failed' && says.test(seen.cause ?? ''));
      const still = await rig.snapshot();
      assert.equal(still.status, 503);
      assert.match(await still.text(), /failed/);
      await viewer.leave();
      await rig.untilStatus('to rest', (seen) => seen.state === 'idle');

      rig.pi.setFaults('imx219', {});
      const askedMs = performance.now();
      const next = await rig.watch();
      await freshAfter(next, askedMs);
      measured(t, `${openFails}: next viewer to live`, performance.now() - askedMs);
      await next.leave();
      await rig.untilStatus('to rest', (seen) => seen.state === 'idle');
    }
  });

  test('two programs at once, one per camera, at full rate', limit, async (t) => {
    await using rig = await startRig({ models: ['imx219', 'imx708'], env: PATIENT });
    await using first = await rig.watch(0);
    await using second = await rig.watch(1);
    await Promise.all([liveAfter(first, 0), liveAfter(second, 0)]);

    const fromMs = performance.now();
    await Promise.all([liveAfter(first, fromMs + 2_000), liveAfter(second, fromMs + 2_000)]);

    for (const viewer of [first, second]) {
      const times = new Set(viewer.seen.filter((part) => part.receivedMs > fromMs).map((part) => part.timestamp));
      t.diagnostic(`measured: ${times.size} frames in 2 s of ${2 * FPS}`);
      assert.ok(times.size > FPS, `${times.size} frames in 2 s`);
    }
    assert.equal(rig.pi.starts().length, 2);
  });

  test('another size than requested is logged, and reported', limit, async () => {
    await using rig = await startRig({ env: { cam0_width: '321', cam0_height: '241' } });
    await using viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');

    const status = await rig.untilStatus('to know the size', (seen) => seen.negotiated !== null);

    assert.deepEqual([status.requested.width, status.negotiated], [321, { width: 320, height: 240 }]);
    await logged(
      rig.pair.capture.log,
      'camera streams at a different size than requested',
      (line) => line['requested'] === '321x241' && line['negotiated'] === '320x240',
    );
  });
});
