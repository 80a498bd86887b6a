// The camera program killed or stopped, and refused, in every state that has one; and what the log says of a day's life.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkout } from '@soft-stream/launcher/checkout';
import { startService } from '@soft-stream/launcher/service-process';
import { waitFor } from '../harness/wait-for.ts';
import { LONG } from './long-form.ts';
import { freshAfter, kindsSeen, liveAfter, logged, measured } from './observe.ts';
import { PATIENT, type Rig, startRig } from './rig.ts';

const limit = { timeout: 120_000 };
const REFUSED_MS = LONG ? 60_000 : 5_000;
const LONGEST_PAUSE_MS = 60_000;

/** The camera program itself; programs that list cameras are none. */
async function untilStarted(rig: Rig): Promise<number> {
  return await waitFor('a camera program to run', () => {
    const running = rig.programs();
    return rig.pi.starts().findLast((start) => running.includes(start.pid))?.pid;
  });
}

describe('camera programs', { concurrency: 3 }, () => {
  test('rpicam-vid killed while starting: failed with the cause, tried again, live', limit, async (t) => {
    await using rig = await startRig({ faults: { firstFrameMs: 600_000 }, env: PATIENT });
    await using viewer = await rig.watch();
    const pid = await untilStarted(rig);
    rig.pi.setFaults('imx219', {});
    const killedMs = performance.now();
    process.kill(pid, 'SIGKILL');
    await liveAfter(viewer, killedMs);

    measured(t, 'rpicam-vid killed while starting: until live', performance.now() - killedMs);
    assert.deepEqual((await rig.status()).restarts.byCause, { 'child exited': 1 });
    await logged(rig.pair.capture.log, 'camera restarts', (line) => /ended by SIGKILL/.test(String(line['reason'])));
  });

  test('rpicam-vid killed while focusing: started and focused anew', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'], faults: { autofocus: 'never' } });
    await using viewer = await rig.watch();
    await rig.untilStatus('to focus', (seen) => seen.state === 'focusing');
    const pid = await untilStarted(rig);
    rig.pi.setFaults('imx708', {});
    const killedMs = performance.now();
    process.kill(pid, 'SIGKILL');
    await liveAfter(viewer, killedMs);

    measured(t, 'rpicam-vid killed while focusing: until live', performance.now() - killedMs);
    const { autofocus } = await rig.untilStatus('to have focused', (seen) => seen.autofocus?.lastResult !== null);
    assert.equal(autofocus?.lastResult, 'focused');
  });

  for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
    const done = signal === 'SIGKILL' ? 'killed' : 'stopped for good';
    test(`rpicam-vid ${done} while restarting, its end under way: live again`, limit, async (t) => {
      await using rig = await startRig({ faults: { ignoreSignals: true } });
      await using viewer = await rig.watch();
      await liveAfter(viewer, 0);
      const pid = await untilStarted(rig);
      rig.pi.setFaults('imx219', { ignoreSignals: true, stall: true });
      await rig.untilStatus('to restart', (seen) => seen.state === 'restarting');
      rig.pi.setFaults('imx219', {});
      const struckMs = performance.now();
      process.kill(pid, signal);
      await freshAfter(viewer, struckMs);

      measured(t, `rpicam-vid ${done} while restarting: until live`, performance.now() - struckMs);
      assert.deepEqual((await rig.status()).restarts.byCause, { stalled: 1 });
      assert.equal(rig.programs().includes(pid), false);
    });
  }

  test('rpicam-vid stopped for good while starting: no first frame, killed, tried again, live', limit, async (t) => {
    await using rig = await startRig({ faults: { firstFrameMs: 600_000 } });
    await using viewer = await rig.watch();
    const pid = await untilStarted(rig);
    rig.pi.setFaults('imx219', {});
    const stoppedMs = performance.now();
    process.kill(pid, 'SIGSTOP');
    await liveAfter(viewer, stoppedMs);

    measured(t, 'rpicam-vid stopped while starting: until live', performance.now() - stoppedMs);
    assert.ok(((await rig.status()).restarts.byCause['no first frame'] ?? 0) > 0);
    assert.equal(rig.programs().includes(pid), false);
  });

  test('rpicam-vid stopped for good while focusing: stalled, started and focused anew', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'], faults: { autofocus: 'never' } });
    await using viewer = await rig.watch();
    await rig.untilStatus('to focus', (seen) => seen.state === 'focusing');
    const pid = await untilStarted(rig);
    rig.pi.setFaults('imx708', {});
    const stoppedMs = performance.now();
    process.kill(pid, 'SIGSTOP');
    await liveAfter(viewer, stoppedMs);

    measured(t, 'rpicam-vid stopped while focusing: until live', performance.now() - stoppedMs);
    assert.ok(((await rig.status()).restarts.byCause.stalled ?? 0) > 0);
    assert.equal(rig.programs().includes(pid), false);
  });

  test(
    'the program that lists cameras is killed: reported as such, never absent, live with the next',
    limit,
    async (t) => {
      await using rig = await startRig({ env: PATIENT });
      rig.pi.change((world) => ({ ...world, listing: 'hangs' }));
      await using viewer = await rig.watch();
      const [pid] = await waitFor('a listing to run', () => {
        const running = rig.programs();
        return running.length > 0 && running;
      });
      rig.pi.change(({ listing: _, ...world }) => world);
      const killedMs = performance.now();
      process.kill(pid ?? 0, 'SIGKILL');
      await liveAfter(viewer, killedMs);

      measured(t, 'listing killed: until live', performance.now() - killedMs);
      await logged(rig.pair.capture.log, 'camera restarts', (line) => line['cause'] === 'listing failed');
      assert.deepEqual((await rig.status()).restarts.byCause, { 'listing failed': 1 });
    },
  );

  test('rpicam-still killed: 503 with the reason at once, camera released', limit, async (t) => {
    await using rig = await startRig({ faults: { still: 'hangs' } });
    const pending = rig.snapshot();
    const pid = await untilStarted(rig);
    const killedMs = performance.now();
    process.kill(pid, 'SIGKILL');
    const response = await pending;

    measured(t, 'rpicam-still killed: until the 503', performance.now() - killedMs);
    assert.equal(response.status, 503);
    assert.match(await response.text(), /rpicam-still: ended by SIGKILL/);
    await rig.untilStatus('to rest', (seen) => seen.state === 'idle');
  });

  test('rpicam-still stopped: 503 when its time is over, killed, camera released', limit, async (t) => {
    await using rig = await startRig({ faults: { still: 'hangs' } });
    const pending = rig.snapshot();
    const pid = await untilStarted(rig);
    const stoppedMs = performance.now();
    process.kill(pid, 'SIGSTOP');
    const response = await pending;

    measured(t, 'rpicam-still stopped: until the 503 (snapshot_timeout 4 s)', performance.now() - stoppedMs);
    assert.equal(response.status, 503, await response.text());
    await rig.untilReleased();
  });

  test('a stop of rpicam-vid that ends before the watchdog: the same process goes on', limit, async (t) => {
    await using rig = await startRig({ env: { cam0_watchdog_timeout: '60' } });
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
    const { pid } = await rig.status();

    process.kill(pid ?? 0, 'SIGSTOP');
    await viewer.next('held', (part) => part.kind === 'held');
    const continuedMs = performance.now();
    process.kill(pid ?? 0, 'SIGCONT');
    await liveAfter(viewer, continuedMs);

    measured(t, 'rpicam-vid stopped and continued: from continuing to live', performance.now() - continuedMs);
    const after = await rig.status();
    assert.deepEqual([after.pid, after.restarts.total], [pid, 0]);
  });

  test('failed to acquire again and again: pauses of 1, 2, 4 s ..., told with the time of the next try', {
    timeout: limit.timeout + REFUSED_MS,
  }, async (t) => {
    await using rig = await startRig({ faults: { acquireFails: true } });
    await using viewer = await rig.watch();
    const refusedMs = performance.now();
    const third = await rig.untilStatus('to have failed 3 times', (seen) => seen.restarts.total >= 3);
    await sleep(Math.max(0, refusedMs + REFUSED_MS - performance.now()));
    const status = await rig.untilStatus('to be between tries', (seen) => seen.nextTryAtMs !== null);
    const mendedMs = performance.now();
    rig.pi.setFaults('imx219', {});
    const isLive = () => viewer.seen.some((part) => part.kind === 'live' && part.receivedMs >= mendedMs);
    await waitFor('live', isLive, { timeoutMs: LONGEST_PAUSE_MS + 20_000 });

    measured(t, `failed to acquire for ${REFUSED_MS / 1_000} s: from its end to live`, performance.now() - mendedMs);
    assert.equal(third.restarts.byCause['acquire failed'], third.restarts.total);
    // 1 + 2 + 4 + ... s: no more tries than fit.
    const mostTries = Math.floor(Math.log2((mendedMs - refusedMs) / 1_000 + 1)) + 1;
    assert.ok(status.restarts.total <= mostTries, `${status.restarts.total} tries, ${mostTries} fit`);
    assert.equal(status.state, 'failed');
    assert.equal(kindsSeen(viewer), 'placeholder live');
  });

  test('camctl restart does not wait for the next try', limit, async (t) => {
    await using rig = await startRig({ faults: { acquireFails: true } });
    await using viewer = await rig.watch();
    await rig.untilStatus('to have failed 3 times', (seen) => seen.restarts.total >= 3 && seen.nextTryAtMs !== null);
    rig.pi.setFaults('imx219', {});
    const askedMs = performance.now();
    const { code, stderr } = await rig.pair.camctl('restart', 'cam0');
    await liveAfter(viewer, askedMs);

    measured(t, 'camctl restart after failures: until live', performance.now() - askedMs);
    assert.equal(code, 0, stderr);
  });

  test('a listing that hangs is killed and reported, and the next one helps', limit, async (t) => {
    await using rig = await startRig();
    rig.pi.change((world) => ({ ...world, listing: 'hangs' }));
    await using viewer = await rig.watch();
    const askedMs = performance.now();
    const status = await rig.untilStatus('to have failed', (seen) => seen.state === 'failed');
    measured(t, 'listing that hangs: until it is reported', performance.now() - askedMs);
    rig.pi.change(({ listing: _, ...world }) => world);
    const mendedMs = performance.now();
    await liveAfter(viewer, mendedMs);

    measured(t, 'listing that hangs: from its end to live', performance.now() - mendedMs);
    assert.match(status.cause ?? '', /^listing failed: /);
  });

  test('the log for people: one line each for viewers, start, focus, restart and release', limit, async () => {
    await using rig = await startRig({ models: ['imx708'], start: ['http'] });
    const { capture, log } = await startForPeople(rig);
    const viewer = await rig.watch();
    await liveAfter(viewer, 0);
    const { pid } = await rig.status();
    process.kill(pid ?? 0, 'SIGKILL');
    await rig.untilStatus('to have restarted', (seen) => seen.restarts.total === 1 && seen.state === 'streaming');
    await viewer.leave();
    await waitFor('the release to be logged', () => /camera released/.test(log()));
    await capture.stop(10_000);

    const text = log();
    const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
    assert.equal(count(/cam0: first viewer came viewers=1/g), 1, text);
    assert.equal(count(/cam0: camera streams requested=320x240 negotiated=320x240 fps=15/g), 2, text);
    assert.equal(
      count(/cam0: Autofocus cycle for imx708 succeeded result=focused durationMs=\d+ lensPosition=4.03/g),
      2,
      text,
    );
    assert.equal(
      count(/WARN.*cam0: camera restarts cause="child exited" reason="rpicam-vid: ended by SIGKILL"/g),
      1,
      text,
    );
    assert.equal(count(/cam0: last viewer left/g), 1, text);
    assert.equal(count(/cam0: camera released state=idle/g), 1, text);
  });
});

/** Text is no JSON, so the harness would not see it become ready. */
async function startForPeople(rig: Rig) {
  const capture = startService({
    name: 'capture-service',
    entry: checkout.capture,
    args: [],
    env: { ...rig.pair.env, log_format: 'text', log_level: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  capture.child.stdout?.on('data', (chunk) => (text += chunk));
  await waitFor('capture to be ready', () => /capture-service ready/.test(text));
  return { capture, log: () => text };
}
