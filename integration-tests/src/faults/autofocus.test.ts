// Autofocus through the pair: every result of a cycle, cycles asked for while people watch, and cameras without a lens.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { freshAfter, heldAfter, kindsSeen, liveAfter, logged, longestGapMs, measured } from './observe.ts';
import { PATIENT, startRig } from './rig.ts';

const limit = { timeout: 120_000 };
const FOCUS_LIMIT_MS = 3_000;

describe('autofocus', { concurrency: 3 }, () => {
  test('focused: the first live frame is sharp, the result is reported and logged', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'], faults: { autofocusMs: 800 } });
    const askedMs = performance.now();
    await using viewer = await rig.watch();
    await liveAfter(viewer, askedMs);

    measured(t, 'autofocus of 800 ms: first viewer to live', performance.now() - askedMs);
    const { autofocus } = await rig.untilStatus('to have focused', (seen) => seen.autofocus?.lastResult === 'focused');
    assert.equal(autofocus?.lensPosition, 4.03);
    assert.ok((autofocus?.lastDurationMs ?? 0) >= 600, `${autofocus?.lastDurationMs} ms`);
    await logged(
      rig.pair.capture.log,
      'Autofocus cycle for imx708 succeeded',
      (line) => line.level === 'info' && line['lensPosition'] === 4.03,
    );
    assert.equal(kindsSeen(viewer), 'placeholder live');
  });

  test('failed: a warning, and the picture comes anyway', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'], faults: { autofocus: 'failed', autofocusMs: 300 } });
    const askedMs = performance.now();
    await using viewer = await rig.watch();
    await liveAfter(viewer, askedMs);

    measured(t, 'autofocus that fails: first viewer to live', performance.now() - askedMs);
    await rig.untilStatus('to have failed', (seen) => seen.autofocus?.lastResult === 'failed');
    await logged(rig.pair.capture.log, 'Autofocus cycle for imx708 failed', (line) => line.level === 'warn');
  });

  test('never ends: nobody waits longer than 3 s', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'], faults: { autofocus: 'never' }, env: PATIENT });
    const askedMs = performance.now();
    await using viewer = await rig.watch();
    await rig.untilStatus('to focus', (seen) => seen.state === 'focusing');
    await liveAfter(viewer, askedMs);

    measured(t, 'autofocus that never ends: first viewer to live', performance.now() - askedMs);
    const { autofocus, state, restarts } = await rig.untilStatus(
      'to have timed out',
      (seen) => seen.autofocus?.lastResult === 'timeout',
    );
    assert.ok((autofocus?.lastDurationMs ?? 0) >= FOCUS_LIMIT_MS - 50);
    assert.deepEqual([state, restarts.total], ['streaming', 0]);
    await logged(rig.pair.capture.log, 'Autofocus cycle for imx708 timed out', (line) => line.level === 'warn');
  });

  test('fixed focus with autofocus asked for costs no waiting, and is said once', limit, async (t) => {
    await using rig = await startRig({ env: { cam0_autofocus: '1', cam0_linger: '0' } });
    for (let round = 0; round < 2; round++) {
      const askedMs = performance.now();
      const viewer = await rig.watch();
      await freshAfter(viewer, askedMs);
      measured(t, 'fixed focus: first viewer to live', performance.now() - askedMs);
      const status = await rig.untilStatus('to be known as fixed', (seen) => seen.autofocus?.state === 'fixed');
      assert.equal(status.frames.dropped['held back'], 0);
      await viewer.leave();
      await rig.untilStatus('to rest', (seen) => seen.state === 'idle');
    }

    const said = rig.pair.capture.log.lines.filter((line) => /fixed focus/.test(line.msg));
    assert.equal(said.length, 1, JSON.stringify(said));
    const refused = await fetch(rig.pair.url(0, '/autofocus'), { method: 'POST' });
    assert.equal(refused.status, 409);
  });

  test(
    'POST /autofocus while people watch: they stay, see the held frame, then live; not twice in 10 s',
    limit,
    async (t) => {
      await using rig = await startRig({ models: ['imx708'], faults: { autofocusMs: 2_500 }, env: PATIENT });
      await using viewer = await rig.watch();
      await liveAfter(viewer, 0);
      await rig.untilStatus('to have focused', (seen) => seen.autofocus?.lastResult === 'focused');

      const askedMs = performance.now();
      const answer = await fetch(rig.pair.url(0, '/autofocus'), { method: 'POST' });
      await heldAfter(viewer, askedMs);
      const during = await rig.status();
      const joined = await fetch(rig.pair.url(0, '/autofocus'), { method: 'POST' });
      await liveAfter(viewer, performance.now());
      const limited = await fetch(rig.pair.url(0, '/autofocus'), { method: 'POST' });

      measured(t, 'POST /autofocus, scan of 2500 ms: gap between live frames', longestGapMs(viewer, askedMs));
      assert.deepEqual([answer.status, joined.status, limited.status], [202, 202, 429]);
      assert.ok(Number(limited.headers.get('retry-after')) >= 1);
      assert.match(during.state, /^(restarting|starting|focusing)$/);
      assert.equal(viewer.isClosed, false);
      const after = await rig.status();
      assert.deepEqual(after.restarts.byCause, { 'autofocus request': 1 });
      await logged(
        rig.pair.capture.log,
        'camera restarts',
        (line) => line['cause'] === 'autofocus request' && line.level === 'info',
      );
    },
  );

  test(
    'camctl autofocus while people watch waits for the result; idle, it starts the camera and stops it again',
    limit,
    async (t) => {
      await using rig = await startRig({ models: ['imx708'], env: { cam0_linger: '0' } });
      const idle = await rig.pair.camctl('autofocus', 'cam0');
      assert.deepEqual([idle.code, /focused after \d+ ms/.test(idle.stdout)], [0, true], idle.stdout + idle.stderr);
      await rig.untilStatus('to rest', (seen) => seen.state === 'idle');

      const viewer = await rig.watch();
      await liveAfter(viewer, 0);
      const askedMs = performance.now();
      const done = await rig.pair.camctl('autofocus', 'cam0', '--json');
      await liveAfter(viewer, performance.now());

      measured(t, 'camctl autofocus, scan of 300 ms: gap between live frames', longestGapMs(viewer, askedMs));
      assert.equal(done.code, 0, done.stdout + done.stderr);
      assert.equal(viewer.isClosed, false);
      await viewer.leave();
    },
  );

  test('a cross-site POST starts no cycle', limit, async () => {
    await using rig = await startRig({ models: ['imx708'] });
    const answer = await fetch(rig.pair.url(0, '/autofocus'), {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    });

    assert.equal(answer.status, 403);
    assert.deepEqual(rig.pi.starts(), []);
  });
});
