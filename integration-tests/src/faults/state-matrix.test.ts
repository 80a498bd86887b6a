// Both services killed, and stopped and continued, in every state of a camera, one after the other on the same pair:
// whatever a camera was doing, it is live again for whoever watches, and nothing keeps it that should not.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraState } from '@soft-stream/shared/api/camera-status';
import { waitFor } from '../harness/wait-for.ts';
import type { Faults } from '../rpicam-standins/world.ts';
import type { Viewer } from '../viewer/watch.ts';
import { freshAfter, measured } from './observe.ts';
import { type Rig, startRig } from './rig.ts';

const MODEL = 'imx708';
const STOPPED_MS = 2_000;
const limit = { timeout: 180_000 };

interface Situation {
  readonly state: CameraState;
  /** that bring a camera with a viewer into this state */
  readonly faults?: Faults;
  readonly watched?: boolean;
  readonly enter?: (rig: Rig) => unknown;
  /** beyond the end of the faults; `isOver`: the program that was in this state is gone already */
  readonly mend?: (rig: Rig, isOver: boolean) => unknown;
}

const camctl = async (rig: Rig, ...words: string[]) => {
  const { code, stderr } = await rig.pair.camctl(...words, 'cam0');
  assert.equal(code, 0, stderr);
};

const SITUATIONS: readonly Situation[] = [
  { state: 'idle' },
  {
    state: 'starting',
    faults: { firstFrameMs: 600_000 },
    watched: true,
    // A program that was told at its start never to deliver is not mended by the end of the fault.
    mend: (rig, isOver) => isOver || camctl(rig, 'restart'),
  },
  { state: 'focusing', faults: { autofocus: 'never' }, watched: true },
  { state: 'streaming', watched: true },
  { state: 'restarting', faults: { exitAfterFrames: 3 }, watched: true },
  { state: 'failed', faults: { acquireFails: true }, watched: true },
  { state: 'capturing', faults: { still: 'hangs' }, enter: (rig) => void rig.snapshot().catch(() => undefined) },
  { state: 'held-off', watched: true, enter: (rig) => camctl(rig, 'stop'), mend: (rig) => camctl(rig, 'auto') },
  {
    state: 'absent',
    watched: true,
    enter: (rig) => rig.pi.unplug(MODEL),
    mend: (rig) => rig.pi.plug(MODEL),
  },
];

/** @returns the one who watches, if somebody does in this situation */
async function bringInto(rig: Rig, { state, faults = {}, watched = false, enter }: Situation) {
  rig.pi.setFaults(MODEL, faults);
  const viewer = watched ? await rig.watch() : undefined;
  await enter?.(rig);
  await rig.untilStatus(`to be ${state}`, (seen) => seen.state === state);
  // These begin with a listing, and for a moment after it nothing runs.
  if (state === 'starting' || state === 'capturing') {
    const isRunning = () => rig.pi.starts().some((start) => rig.programs().includes(start.pid));
    await waitFor('the camera program to run', isRunning);
  }
  return viewer;
}

async function mend(rig: Rig, situation: Situation, isOver: boolean): Promise<void> {
  rig.pi.setFaults(MODEL, {});
  await situation.mend?.(rig, isOver);
}

/** Live for who stayed, or for who comes; then everybody leaves, and the camera rests. @returns ms */
async function untilLive(rig: Rig, stayed: Viewer | undefined, sinceMs: number): Promise<number> {
  const viewer = stayed ?? (await rig.watch());
  await freshAfter(viewer, sinceMs);
  const tookMs = performance.now() - sinceMs;
  assert.equal(viewer.isClosed, false);
  await viewer.leave();
  await rig.untilStatus('to rest', (seen) => seen.state === 'idle');
  await rig.untilReleased();
  return tookMs;
}

interface Blow {
  readonly title: string;
  readonly strike: (t: TestContext, rig: Rig, situation: Situation, viewer: Viewer | undefined) => Promise<number>;
}

const BLOWS: readonly Blow[] = [
  {
    title: 'capture stopped and continued',
    async strike(_, rig, situation, viewer) {
      const { restarts: before } = await rig.status();
      rig.pair.capture.freeze();
      await sleep(STOPPED_MS);
      const thawedMs = performance.now();
      rig.pair.capture.thaw();
      await mend(rig, situation, false);
      const tookMs = await untilLive(rig, viewer, thawedMs);
      const { restarts } = await rig.status();
      assert.equal(restarts.byCause.stalled, before.byCause.stalled, 'its own pause is not the silence of the camera');
      return tookMs;
    },
  },
  {
    title: 'http stopped and continued',
    async strike(_, rig, situation, viewer) {
      const { restarts: before } = await rig.status();
      rig.pair.http.freeze();
      await sleep(STOPPED_MS);
      const thawedMs = performance.now();
      rig.pair.http.thaw();
      await mend(rig, situation, false);
      const tookMs = await untilLive(rig, viewer, thawedMs);
      const { restarts } = await rig.status();
      assert.equal(restarts.byCause.stalled, before.byCause.stalled);
      return tookMs;
    },
  },
  {
    title: 'http killed',
    async strike(t, rig, situation, viewer) {
      await rig.pair.http.kill();
      measured(t, `http killed while ${situation.state}: until no camera program runs`, await rig.untilReleased());
      await viewer?.leave();
      await mend(rig, situation, true);
      const startMs = performance.now();
      await rig.pair.startHttp();
      return await untilLive(rig, undefined, startMs);
    },
  },
  {
    title: 'capture killed',
    async strike(t, rig, situation, viewer) {
      await rig.pair.capture.kill();
      measured(t, `capture killed while ${situation.state}: until no camera program runs`, await rig.untilReleased());
      const away = await rig.status();
      const snapshot = await rig.snapshot();
      assert.deepEqual([away.captureReachable, snapshot.status], [false, 503]);
      assert.match(await snapshot.text(), /camera service (is )?unreachable/i);
      const startMs = performance.now();
      await rig.pair.startCapture();
      await mend(rig, situation, true);
      return await untilLive(rig, viewer, startMs);
    },
  },
];

// A watchdog that stays out of it: these tests are about the services.
const env = { cam0_watchdog_timeout: '60', SOFT_STREAM_EXIT_66: 'wait' };

describe('both services, in every state of a camera', { concurrency: 3 }, () => {
  for (const situation of SITUATIONS) {
    const { state } = situation;
    test(`while ${state}, either service may be stopped or killed: live again, no orphan`, limit, async (t) => {
      await using rig = await startRig({ models: [MODEL], env });
      for (const { title, strike } of BLOWS) {
        await t.test(`${title} while ${state}`, limit, async (blow) => {
          const viewer = await bringInto(rig, situation);
          measured(blow, `${title} while ${state}: until live`, await strike(blow, rig, situation, viewer));
        });
      }
    });
  }
});
