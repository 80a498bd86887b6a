// Which camera is which, and cameras that are not there: never another one in its place.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import type { CameraState } from '@soft-stream/shared/api/camera-status';
import { runProgram } from '../harness/run-program.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { Faults } from '../rpicam-standins/world.ts';
import { freshAfter, heldAfter, kindsSeen, liveAfter, logged, measured } from './observe.ts';
import { PATIENT, startRig } from './rig.ts';

const limit = { timeout: 120_000 };
const isAbsent = ({ state }: { state: string }) => state === 'absent';
const indexOf = (args: readonly string[] | undefined) => args?.[args.indexOf('--camera') + 1];

describe('identity and absence', { concurrency: 3 }, () => {
  test('an id is found by its tail, also when the path before it differs', limit, async () => {
    await using rig = await startRig({ env: { cam0_id: 'i2c@80000/imx219@10' } });
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);

    const status = await rig.status();
    assert.match(status.cameraId ?? '', /^\/base\/.*i2c@80000\/imx219@10$/);
    assert.equal(indexOf(rig.pi.starts()[0]?.args), '1');
  });

  test('without its neighbour the index of an id changes, and the right camera is opened', limit, async () => {
    await using rig = await startRig();
    rig.pi.unplug('imx708');
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);

    assert.equal(indexOf(rig.pi.starts()[0]?.args), '0');
    assert.equal((await rig.status()).model, 'imx219');
  });

  test(
    'its index was taken over without a word from /dev: nothing of the neighbour is shown, it is found again',
    limit,
    async () => {
      await using rig = await startRig({ env: PATIENT });
      {
        await using first = await rig.watch();
        await liveAfter(first, 0);
      }
      await rig.untilStatus('to rest', ({ state }) => state === 'idle');
      rig.pi.change((world) => ({
        ...world,
        cameras: world.cameras.map((each) => ({ ...each, connected: each.model !== 'imx708' })),
      }));

      await using second = await rig.watch();
      await liveAfter(second, 0);

      assert.deepEqual(
        rig.pi.starts().map(({ args }) => indexOf(args)),
        ['1', '1', '0'],
      );
      assert.equal((await rig.status()).restarts.total, 0);
    },
  );

  test('an index alone is a warning with the id line to paste', limit, async () => {
    await using rig = await startRig({ env: { cam0_id: '', cam0_index: '1' } });

    assert.match(rig.pair.capture.log.text(), /cam0_id=.*imx219@10/);
    const { code, stdout } = await rig.pair.camctl('cameras');
    assert.equal(code, 0);
    assert.match(stdout, /cam0_id=\/base\/.*imx219@10/);
  });

  test('an index whose camera is gone is absent: its neighbour, which moved up, is not shown', limit, async () => {
    await using rig = await startRig({ models: ['imx708', 'imx219'], env: { cam0_id: '', cam0_index: '0' } });
    rig.pi.unplug('imx708');
    await rig.untilStatus('to be absent', isAbsent);
    await using viewer = await rig.watch(0);
    await viewer.next('placeholder', (part) => part.kind === 'placeholder');
    await rig.untilStatus('to be absent', isAbsent);

    assert.deepEqual(rig.pi.starts(), []);
    assert.equal(kindsSeen(viewer), 'placeholder');
  });

  test('gone between listing and opening: the neighbour that has its index now is never shown', limit, async () => {
    await using rig = await startRig({ models: ['imx708', 'imx219'] });
    rig.pi.change((world) => ({ ...world, vanishesAfterListing: 'imx708' }));
    await using viewer = await rig.watch(0);
    await viewer.next('placeholder', (part) => part.kind === 'placeholder');
    await rig.untilStatus('to be absent', isAbsent);

    assert.equal(indexOf(rig.pi.starts()[0]?.args), '0');
    assert.equal(kindsSeen(viewer), 'placeholder');
    await logged(rig.pair.capture.log, 'camera restarts', (line) =>
      /is gone: its index opened/.test(String(line['reason'])),
    );
  });

  test('absent while somebody watches: plugged in, it is live without a reload', limit, async (t) => {
    await using rig = await startRig({ models: ['imx219', 'imx708'] });
    rig.pi.unplug('imx219');
    await rig.untilStatus('to be absent', isAbsent);
    await using viewer = await rig.watch(0);
    await viewer.next('placeholder', (part) => part.kind === 'placeholder');
    const snapshot = await rig.snapshot();

    const pluggedMs = performance.now();
    rig.pi.plug('imx219');
    await liveAfter(viewer, pluggedMs);

    measured(t, 'unplugged while idle: from plugging in to live', performance.now() - pluggedMs);
    assert.equal(snapshot.status, 503);
    assert.match(await snapshot.text(), /absent|not there|not connected/);
    assert.equal(viewer.isClosed, false);
    await logged(rig.pair.capture.log, 'camera not found');
  });

  test('unplugged while streaming: held with the reason, absent, live again when it is back', limit, async (t) => {
    await using rig = await startRig({ models: ['imx219', 'imx708'] });
    await using viewer = await rig.watch(0);
    await liveAfter(viewer, 0);

    const brokenMs = performance.now();
    rig.pi.unplug('imx219');
    await heldAfter(viewer, brokenMs);
    await rig.untilStatus('to be absent', isAbsent);
    measured(t, 'unplugged while streaming: until it is reported as absent', performance.now() - brokenMs);
    const pluggedMs = performance.now();
    rig.pi.plug('imx219');
    await liveAfter(viewer, pluggedMs);

    measured(t, 'unplugged while streaming: from plugging in to live', performance.now() - pluggedMs);
    assert.equal(viewer.isClosed, false);
    assert.match(kindsSeen(viewer), /live held live$/);
  });

  const onTheWay: readonly [CameraState, Faults][] = [
    ['starting', { firstFrameMs: 600_000 }],
    ['focusing', { autofocus: 'never' }],
    ['restarting', { exitAfterFrames: 3 }],
    ['failed', { acquireFails: true }],
  ];
  for (const [state, faults] of onTheWay) {
    test(`unplugged while ${state}: absent, live when it is back`, limit, async (t) => {
      await using rig = await startRig({ models: ['imx708', 'imx219'], faults });
      await using viewer = await rig.watch(0);
      await rig.untilStatus(`to be ${state}`, (seen) => seen.state === state);
      if (state === 'starting') await waitFor('rpicam-vid to start', () => rig.pi.starts().length > 0);
      const pulledMs = performance.now();
      rig.pi.unplug('imx708');
      await rig.untilStatus('to be absent', isAbsent);
      measured(t, `unplugged while ${state}: until it is reported as absent`, performance.now() - pulledMs);
      rig.pi.setFaults('imx708', {});
      const pluggedMs = performance.now();
      rig.pi.plug('imx708');
      await freshAfter(viewer, pluggedMs);

      measured(t, `unplugged while ${state}: from plugging in to live`, performance.now() - pluggedMs);
      assert.equal(viewer.isClosed, false);
      assert.match(kindsSeen(viewer), /(placeholder|held) live$/);
    });
  }

  test('rescan finds a camera that made no device node', limit, async () => {
    await using rig = await startRig({ models: ['imx219', 'imx708'] });
    rig.pi.unplug('imx219');
    await rig.pair.camctl('rescan');
    await rig.untilStatus('to be absent', isAbsent);
    rig.pi.change((world) => ({ ...world, cameras: world.cameras.map((each) => ({ ...each, connected: true })) }));
    const { code, stderr } = await rig.pair.camctl('rescan');

    assert.equal(code, 0, stderr);
    await rig.untilStatus('to be there', (seen) => seen.state === 'idle');
  });

  test('listing that fails or hangs is failed, not absent, and tried again', limit, async (t) => {
    await using rig = await startRig();
    rig.pi.change((world) => ({ ...world, listing: 'fails' }));
    await using viewer = await rig.watch();
    const status = await rig.untilStatus('to have failed', (seen) => seen.state === 'failed');
    assert.match(status.cause ?? '', /listing failed: .*camera manager failed to start/);

    const mendedMs = performance.now();
    rig.pi.change(({ listing: _, ...world }) => world);
    await liveAfter(viewer, mendedMs);

    measured(t, 'listing that fails: from its end to live', performance.now() - mendedMs);
    assert.ok(((await rig.status()).restarts.byCause['listing failed'] ?? 0) > 0);
  });

  test('none of the cameras is there: exit 66, or up and waiting when told so', limit, async () => {
    await using rig = await startRig({ start: [] });
    rig.pi.unplug('imx219');
    rig.pi.unplug('imx708');
    const { code, stderr } = await runProgram(process.execPath, [checkout.capture], { env: rig.pair.env });
    assert.equal(code, 66);
    assert.match(stderr, /none of the configured cameras was found: cam0 \(\/base\/.*imx219@10\)/);

    await using waiting = await startRig({ start: [], env: { SOFT_STREAM_EXIT_66: 'wait' } });
    waiting.pi.unplug('imx219');
    await waiting.pair.startCapture();
    await waiting.pair.startHttp();
    await waiting.untilStatus('to be absent', isAbsent);
    waiting.pi.plug('imx219');
    await waiting.untilStatus('to be there', (seen) => seen.state === 'idle');
  });

  test('missing programs and wrong values are exit 78 with what to do', limit, async () => {
    await using rig = await startRig({ start: [] });
    const run = (env: Record<string, string>) =>
      runProgram(process.execPath, [checkout.capture], { env: { ...rig.pair.env, ...env } });

    const missing = await run({ PATH: '/usr/bin:/bin' });
    const wrong = await run({ cam0_fps: 'fast', cam0_rotation: '7' });

    assert.deepEqual([missing.code, wrong.code], [78, 78]);
    assert.match(missing.stderr, /rpicam-vid is not on PATH .*apt install rpicam-apps/);
    assert.match(wrong.stderr, /cam0_fps[\s\S]*cam0_rotation/);
  });
});
