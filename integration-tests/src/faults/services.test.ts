// The services themselves: stopped for long, started in either order, restarted in a loop (every state: state-matrix.test.ts).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../harness/wait-for.ts';
import { watch } from '../viewer/watch.ts';
import { LONG } from './long-form.ts';
import { kindsSeen, liveAfter, longestGapMs, measured } from './observe.ts';
import { startRig } from './rig.ts';

const limit = { timeout: 180_000 };

const SUSPENDED_MS = LONG ? 60_000 : 5_000;
// A watchdog that stays out of it: these tests are about the services.
const env = { cam0_watchdog_timeout: '60' };

describe('services', { concurrency: 3 }, () => {
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
    await using rig = await startRig({ models: ['imx708'], env: { cam0_watchdog_timeout: '10' } });
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
    const before = await rig.status();
    const all = [rig.pair.capture.pid, rig.pair.http.pid, ...rig.programs()];

    for (const pid of all) process.kill(pid, 'SIGSTOP');
    await sleep(SUSPENDED_MS);
    const wokenMs = performance.now();
    for (const pid of all) process.kill(pid, 'SIGCONT');
    await liveAfter(viewer, wokenMs);

    measured(t, `suspend of ${SUSPENDED_MS / 1_000} s: from waking to live`, performance.now() - wokenMs);
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
