// A stream that goes wrong while somebody watches: each cause is noticed, told, and over by itself when the camera is well.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RestartCause } from '@soft-stream/shared/api/camera-status';
import type { Faults } from '../rpicam-standins/world.ts';
import { heldAfter, kindsSeen, liveAfter, logged, longestGapMs, measured } from './observe.ts';
import { PATIENT, startRig, WATCHDOG_MS } from './rig.ts';

interface Row {
  readonly fault: string;
  readonly faults: Faults;
  readonly cause: RestartCause;
  /** of the cause in /status */
  readonly says: RegExp;
}

const ROWS: readonly Row[] = [
  { fault: 'stall', faults: { stall: true }, cause: 'stalled', says: /^stalled: no frame for 1.5 s/ },
  {
    fault: 'device timeout',
    faults: { deviceTimeout: true },
    cause: 'device timeout',
    says: /^device timeout: .*Device timeout detected.*check its cable/,
  },
  { fault: 'truncated pictures', faults: { truncated: true }, cause: 'garbage', says: /^garbage: no frame for 1.5 s/ },
  { fault: 'an endless picture', faults: { endless: true }, cause: 'garbage', says: /^(garbage|stalled): no frame/ },
  {
    fault: 'a child that ends',
    faults: { exitAfterFrames: 0 },
    cause: 'child exited',
    says: /a fault that the test asked for/,
  },
  {
    fault: 'an uncaught exception of the child',
    faults: { abortAfterFrames: 0 },
    cause: 'child exited',
    says: /failed to write output bytes/,
  },
];

describe('a stream that goes wrong', { concurrency: 3 }, () => {
  for (const { fault, faults, cause, says } of ROWS) {
    test(`${fault}: live, held with the reason, live again when it is over`, { timeout: 120_000 }, async (t) => {
      await using rig = await startRig();
      await using viewer = await rig.watch();
      await viewer.next('live', (part) => part.kind === 'live');

      const brokenMs = performance.now();
      rig.pi.setFaults('imx219', faults);
      // Faults that count frames are looked at by the next program: this one is ended for it.
      if (cause === 'child exited') for (const pid of rig.programs()) process.kill(pid, 'SIGKILL');
      await heldAfter(viewer, brokenMs);
      const status = await rig.untilStatus(
        `to report ${fault}`,
        (seen) => (seen.restarts.total > 0 && says.test(seen.cause ?? '')) || false,
      );
      const mendedMs = performance.now();
      rig.pi.setFaults('imx219', {});
      await liveAfter(viewer, mendedMs);

      measured(t, `${fault}: from its end to live`, performance.now() - mendedMs);
      assert.equal(viewer.isClosed, false);
      assert.equal(kindsSeen(viewer).includes('live held live'), true, kindsSeen(viewer));
      assert.ok(
        (status.restarts.byCause[cause] ?? 0) + (status.restarts.byCause.stalled ?? 0) > 0,
        JSON.stringify(status),
      );
      await logged(rig.pair.capture.log, 'camera restarts', (line) => says.test(`${line['cause']}: ${line['reason']}`));
      const after = await rig.untilStatus('to stream', (seen) => seen.state === 'streaming' && seen.cause === null);
      assert.equal(after.picture.kind, 'live');
    });
  }

  test('no first frame ever: a placeholder, and restarts until one comes', { timeout: 120_000 }, async (t) => {
    await using rig = await startRig({ faults: { firstFrameMs: 600_000 } });
    await using viewer = await rig.watch();

    const status = await rig.untilStatus('to restart', (seen) => (seen.restarts.byCause['no first frame'] ?? 0) > 0);
    const mendedMs = performance.now();
    rig.pi.setFaults('imx219', {});
    await liveAfter(viewer, mendedMs);

    measured(t, 'no first frame: from its end to live', performance.now() - mendedMs);
    assert.match(status.cause ?? '', /^no first frame: no frame for 1.5 s/);
    assert.equal(kindsSeen(viewer), 'placeholder live');
  });

  test('a sensor that comes back before the watchdog goes on in the same process', { timeout: 120_000 }, async (t) => {
    await using rig = await startRig({ env: { cam0_watchdog_timeout: '60' } });
    await using viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');
    const before = await rig.status();

    const brokenMs = performance.now();
    rig.pi.setFaults('imx219', { deviceTimeout: true });
    await heldAfter(viewer, brokenMs);
    const during = await rig.untilStatus('to report the timeout', (seen) => /device timeout/.test(seen.cause ?? ''));
    const mendedMs = performance.now();
    rig.pi.setFaults('imx219', {});
    await liveAfter(viewer, mendedMs);

    measured(t, 'device timeout that ends by itself: from its end to live', performance.now() - mendedMs);
    const after = await rig.untilStatus('to have no cause', (seen) => seen.cause === null);
    assert.equal(during.state, 'streaming');
    assert.deepEqual([after.pid, after.restarts.total], [before.pid, 0]);
    await logged(
      rig.pair.capture.log,
      'camera program reported a problem',
      (line) => line['cause'] === 'device timeout',
    );
  });

  test('frozen: restarted once, then held with the reason, and live when it moves', { timeout: 120_000 }, async (t) => {
    await using rig = await startRig();
    await using viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');

    rig.pi.setFaults('imx219', { freeze: true });
    const frozen = await rig.untilStatus('to report it', (seen) =>
      /frozen: the same picture even/.test(seen.cause ?? ''),
    );
    const held = await heldAfter(viewer, performance.now());
    const snapshot = await rig.snapshot();
    const mendedMs = performance.now();
    rig.pi.setFaults('imx219', {});
    await liveAfter(viewer, mendedMs);

    measured(t, 'frozen: from the end of the fault to live', performance.now() - mendedMs);
    const mended = await rig.untilStatus('to be well', (seen) => seen.cause === null && seen.state === 'streaming');
    assert.ok(held.receivedMs < mendedMs);
    assert.equal(snapshot.status, 503, 'no old picture with 200');
    assert.equal(mended.restarts.byCause.frozen, 1);
    assert.equal(frozen.restarts.byCause.frozen, 1);
    await logged(rig.pair.capture.log, 'camera restarts', (line) => line['cause'] === 'frozen');
  });

  test('a black picture is a picture: shown live, never restarted', { timeout: 120_000 }, async (t) => {
    await using rig = await startRig({ faults: { black: true }, env: { cam0_watchdog_timeout: '30' } });
    const askedMs = performance.now();
    await using viewer = await rig.watch();
    const part = await viewer.next('live', (each) => each.kind === 'live');

    measured(t, 'black picture: first viewer to live', performance.now() - askedMs);
    const status = await rig.status();
    assert.ok(part.body.length > 0);
    assert.deepEqual([status.state, status.restarts.total], ['streaming', 0]);
  });

  test('torn pictures keep flowing: whole to the marker, nothing restarts', { timeout: 120_000 }, async (t) => {
    await using rig = await startRig({ env: PATIENT });
    await using viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');

    const brokenMs = performance.now();
    rig.pi.setFaults('imx219', { torn: true });
    await liveAfter(viewer, brokenMs + 2 * WATCHDOG_MS);
    rig.pi.setFaults('imx219', {});

    measured(t, 'torn pictures: longest pause seen', longestGapMs(viewer, brokenMs));
    assert.equal((await rig.status()).restarts.total, 0);
  });

  test('garbage between frames costs no frame, and is reported', { timeout: 120_000 }, async (t) => {
    await using rig = await startRig({ env: PATIENT });
    await using viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');

    const brokenMs = performance.now();
    rig.pi.setFaults('imx219', { garbageBytes: 5_000 });
    await rig.untilStatus('to count garbage', (seen) => (seen.frames.dropped['garbage'] ?? 0) > 0);
    await liveAfter(viewer, brokenMs + 2 * WATCHDOG_MS);

    measured(t, 'garbage between frames: longest pause seen', longestGapMs(viewer, brokenMs));
    const status = await rig.status();
    assert.deepEqual([status.state, status.restarts.total], ['streaming', 0]);
    await logged(rig.pair.capture.log, 'camera program reported a problem', (line) => line['cause'] === 'garbage');
  });

  test('frames larger than their slot are dropped and reported, held meanwhile, live with the next that fits', {
    timeout: 120_000,
  }, async (t) => {
    await using rig = await startRig({ env: { cam0_slot_bytes: '131072' } });
    await using viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');

    const brokenMs = performance.now();
    rig.pi.setFaults('imx219', { oversizedBytes: 200_000 });
    await heldAfter(viewer, brokenMs);
    const status = await rig.untilStatus('to count them', (seen) => (seen.frames.dropped['too large'] ?? 0) > 0);
    const mendedMs = performance.now();
    rig.pi.setFaults('imx219', {});
    await liveAfter(viewer, mendedMs);

    measured(t, 'oversized pictures: from their end to live', performance.now() - mendedMs);
    assert.equal(status.state, 'streaming');
    await logged(
      rig.pair.capture.log,
      'frame larger than its slot dropped: raise cam0_slot_bytes or lower cam0_quality',
    );
  });

  test('a flood on stderr costs no frame', { timeout: 120_000 }, async (t) => {
    await using rig = await startRig({ env: PATIENT });
    await using viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');

    const brokenMs = performance.now();
    rig.pi.setFaults('imx219', { stderrLines: 500 });
    await liveAfter(viewer, brokenMs + 2 * WATCHDOG_MS);

    measured(t, 'stderr flood: longest pause seen', longestGapMs(viewer, brokenMs));
    assert.equal((await rig.status()).restarts.total, 0);
    assert.ok(rig.pair.capture.log.lines.length < 200, 'the flood is not passed on to the log');
  });

  test('a child that ignores everything but SIGKILL is killed, and the camera is free', {
    timeout: 120_000,
  }, async (t) => {
    await using rig = await startRig({ faults: { ignoreSignals: true } });
    const viewer = await rig.watch();
    await viewer.next('live', (part) => part.kind === 'live');

    await viewer.leave();
    measured(t, 'child that ignores signals: last viewer to released camera', await rig.untilReleased());
    await rig.untilStatus('to be idle', (seen) => seen.state === 'idle');
    const askedMs = performance.now();
    await using again = await rig.watch();
    await liveAfter(again, askedMs);

    await logged(rig.pair.capture.log, 'rpicam-vid stopped', (line) => line['signal'] === 'SIGKILL');
  });

  test('two cameras: one stalls, the other does not lose a frame', { timeout: 120_000 }, async (t) => {
    await using rig = await startRig({ models: ['imx219', 'imx708'], env: { cam1_watchdog_timeout: '20' } });
    await using sick = await rig.watch(0);
    await using well = await rig.watch(1);
    await liveAfter(sick, 0);
    await liveAfter(well, 0);

    const brokenMs = performance.now();
    rig.pi.setFaults('imx219', { stall: true });
    await rig.untilStatus('to restart', (seen) => seen.restarts.total > 0);
    await heldAfter(sick, brokenMs);
    await liveAfter(well, performance.now());

    measured(t, "neighbour's stall: longest pause seen", longestGapMs(well, brokenMs));
    const status = await rig.status(1);
    assert.equal(kindsSeen(well).includes('held'), false, kindsSeen(well));
    assert.equal(status.restarts.total, 0);
    rig.pi.setFaults('imx219', {});
  });
});
