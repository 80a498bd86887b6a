// The services themselves: killed, stopped and continued, in every state of a camera, in either order, in a loop.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraState } from '@soft-stream/shared/api/camera-status';
import { waitFor } from '../harness/wait-for.ts';
import type { Faults } from '../rpicam-standins/world.ts';
import { watch } from '../viewer/watch.ts';
import { kindsSeen, liveAfter, longestGapMs, measured } from './observe.ts';
import { type Rig, startRig } from './rig.ts';

const limit = { timeout: 180_000 };

interface Situation {
  readonly state: CameraState;
  /** that bring a camera with a viewer into this state */
  readonly faults: Faults;
  readonly watched: boolean;
}

const SITUATIONS: readonly Situation[] = [
  { state: 'idle', faults: {}, watched: false },
  { state: 'starting', faults: { firstFrameMs: 600_000 }, watched: true },
  { state: 'focusing', faults: { autofocus: 'never' }, watched: true },
  { state: 'streaming', faults: {}, watched: true },
  { state: 'failed', faults: { acquireFails: true }, watched: true },
  { state: 'capturing', faults: { still: 'hangs' }, watched: false },
];

/** Into the situation; a still that hangs is asked for by nobody who waits. */
async function bringInto(rig: Rig, { state, faults, watched }: Situation) {
  rig.pi.setFaults('imx708', faults);
  const viewer = watched ? await rig.watch() : undefined;
  const still = state === 'capturing' ? rig.snapshot().catch(() => undefined) : undefined;
  await rig.untilStatus(`to be ${state}`, (seen) => seen.state === state);
  return { viewer, still };
}

// A watchdog that stays out of it: these tests are about the services.
const env = { cam0_watchdog_timeout: '60' };

describe('services', { concurrency: 3 }, () => {
  for (const situation of SITUATIONS) {
    const { state } = situation;
    test(`capture killed while ${state}: no orphan, viewers stay, and the next one is live`, limit, async (t) => {
      await using rig = await startRig({ models: ['imx708'], env });
      const { viewer, still } = await bringInto(rig, situation);

      await rig.pair.capture.kill();
      measured(t, `capture killed while ${state}: until no camera program runs`, await rig.untilReleased());
      await still;
      const away = await rig.status();
      const snapshot = await rig.snapshot();
      rig.pi.setFaults('imx708', {});
      const startMs = performance.now();
      await rig.pair.startCapture();
      await using watching = viewer ?? (await rig.watch());
      await liveAfter(watching, startMs);

      measured(t, `capture killed while ${state}: from its start to live`, performance.now() - startMs);
      assert.deepEqual([away.captureReachable, snapshot.status], [false, 503]);
      assert.match(await snapshot.text(), /capture service is away/);
      assert.equal(watching.isClosed, false);
    });

    test(`capture stopped and continued while ${state}: goes on as if nothing had been`, limit, async (t) => {
      await using rig = await startRig({ models: ['imx708'], env });
      const { viewer, still } = await bringInto(rig, situation);

      rig.pair.capture.freeze();
      await sleep(2_000);
      rig.pi.setFaults('imx708', {});
      const thawedMs = performance.now();
      rig.pair.capture.thaw();
      // A program that was told at its start never to deliver is not mended by this.
      if (state === 'starting') await rig.pair.camctl('restart', 'cam0');
      await using watching = viewer ?? (await rig.watch());
      await still;
      await liveAfter(watching, thawedMs);

      measured(t, `capture stopped while ${state}: from continuing to live`, performance.now() - thawedMs);
      const { restarts } = await rig.status();
      assert.equal(restarts.byCause.stalled ?? 0, 0);
    });

    test(`http killed while ${state}: the camera is released, and the next viewer is live`, limit, async (t) => {
      await using rig = await startRig({ models: ['imx708'], env });
      const { viewer, still } = await bringInto(rig, situation);

      await rig.pair.http.kill();
      await still;
      measured(t, `http killed while ${state}: until no camera program runs`, await rig.untilReleased());
      await viewer?.leave();
      rig.pi.setFaults('imx708', {});
      const startMs = performance.now();
      await rig.pair.startHttp();
      await using next = await rig.watch();
      await liveAfter(next, startMs);

      measured(t, `http killed while ${state}: from its start to live`, performance.now() - startMs);
    });
  }

  test('capture killed while rpicam-vid is stalled: no orphan keeps the camera', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'], env });
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
    rig.pi.setFaults('imx708', { stall: true });
    await viewer.next('held', (part) => part.kind === 'held');

    await rig.pair.capture.kill();
    measured(t, 'capture killed while stalled: until no camera program runs', await rig.untilReleased());
    rig.pi.setFaults('imx708', {});
    const startMs = performance.now();
    await rig.pair.startCapture();
    await liveAfter(viewer, startMs);

    measured(t, 'capture killed while stalled: from its start to live', performance.now() - startMs);
    const { restarts } = await rig.status();
    assert.equal(restarts.byCause['acquire failed'] ?? 0, 0);
    assert.match(kindsSeen(viewer), /live held live$/);
  });

  test('http stopped: its camera is released within 20 s; continued, its viewer is live again', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'] });
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);

    const stoppedMs = performance.now();
    rig.pair.http.freeze();
    await waitFor('the lease to end', () => rig.programs().length === 0, { timeoutMs: 40_000 });
    measured(t, 'http stopped: until its camera is released', performance.now() - stoppedMs);
    const thawedMs = performance.now();
    rig.pair.http.thaw();
    await liveAfter(viewer, thawedMs);

    measured(t, 'http stopped: from continuing to live', performance.now() - thawedMs);
    assert.equal(viewer.isClosed, false);
  });

  test('everything stopped for a while (suspend): live again, nothing restarted', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'], env });
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
    const before = await rig.status();
    const all = [rig.pair.capture.pid, rig.pair.http.pid, ...rig.programs()];

    for (const pid of all) process.kill(pid, 'SIGSTOP');
    await sleep(5_000);
    const wokenMs = performance.now();
    for (const pid of all) process.kill(pid, 'SIGCONT');
    await liveAfter(viewer, wokenMs);

    measured(t, 'suspend of 5 s: from waking to live', performance.now() - wokenMs);
    await liveAfter(viewer, wokenMs + 2_000);
    const after = await rig.status();
    assert.deepEqual([after.pid, after.restarts.total], [before.pid, 0]);
  });

  test('http first: a placeholder that says so, live when capture comes', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'], start: ['http'] });
    await using viewer = await rig.watch();
    await viewer.next('placeholder', (part) => part.kind === 'placeholder');
    const startMs = performance.now();
    await rig.pair.startCapture();
    await liveAfter(viewer, startMs);

    measured(t, 'http before capture: from the start of capture to live', performance.now() - startMs);
    assert.equal(kindsSeen(viewer), 'placeholder live');
  });

  test('capture first: live with the first viewer of http', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'], start: ['capture'] });
    const startMs = performance.now();
    await rig.pair.startHttp();
    await using viewer = await rig.watch();
    await liveAfter(viewer, startMs);

    measured(t, 'capture before http: from the start of http to live', performance.now() - startMs);
  });

  test(
    'both restarted in a loop, killed and ended in turn: one viewer of capture stays through all',
    limit,
    async (t) => {
      await using rig = await startRig({ models: ['imx708'] });
      await using viewer = await rig.watch();
      await liveAfter(viewer, 0);

      const gaps: number[] = [];
      for (let round = 0; round < 4; round++) {
        const brokenMs = performance.now();
        await (round % 2 === 0 ? rig.pair.capture.kill() : rig.pair.capture.stop());
        await rig.pair.startCapture();
        await liveAfter(viewer, performance.now());
        gaps.push(longestGapMs(viewer, brokenMs));
      }
      measured(t, 'capture restarted 4 times: longest gap between live frames', Math.max(...gaps));
      assert.equal(viewer.isClosed, false);

      for (let round = 0; round < 3; round++) {
        await (round % 2 === 0 ? rig.pair.http.kill() : rig.pair.http.stop());
        await rig.pair.startHttp();
        await using next = await watch(rig.pair.url(0, '/stream.mjpg'));
        await liveAfter(next, 0);
      }
    },
  );
});
