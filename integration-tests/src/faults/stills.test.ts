// Stills through the pair: from an idle camera, full ones while people watch, and every way one can fail.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isWholeJpeg, readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import { waitFor } from '../harness/wait-for.ts';
import type { Faults } from '../rpicam-standins/world.ts';
import { heldAfter, kindsSeen, liveAfter, logged, longestGapMs, measured } from './observe.ts';
import { type Rig, startRig } from './rig.ts';

const limit = { timeout: 120_000 };
const jpegOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const stillsOf = (rig: Rig) => rig.pi.starts().filter((start) => start.program === 'rpicam-still');
const argumentOf = (args: readonly string[], option: string) => args[args.indexOf(option) + 1];

describe('stills', { concurrency: 3 }, () => {
  test('idle: one rpicam-still at the configured size and quality, no thumbnail, camera released', limit, async (t) => {
    await using rig = await startRig({
      env: { cam0_snapshot_width: '640', cam0_snapshot_height: '480', cam0_snapshot_quality: '71' },
    });
    const askedMs = performance.now();
    const response = await rig.snapshot();
    const jpeg = await jpegOf(response);

    measured(t, 'snapshot of an idle camera', performance.now() - askedMs);
    assert.equal(response.status, 200, jpeg.toString('utf8', 0, 300));
    assert.deepEqual([isWholeJpeg(jpeg), readJpegSize(jpeg)], [true, { width: 640, height: 480 }]);
    assert.equal(jpeg.indexOf(Buffer.from([0xff, 0xd8]), 2), -1, 'no second JPEG inside');
    const [{ args } = { args: [] }] = stillsOf(rig);
    assert.deepEqual([argumentOf(args, '--quality'), argumentOf(args, '--thumb')], ['71', 'none']);
    await rig.untilReleased();
    await logged(rig.pair.capture.log, 'still taken', (line) => line['size'] === '640x480');
  });

  test('ten requests at once are one capture', limit, async () => {
    await using rig = await startRig();
    const responses = await Promise.all(Array.from({ length: 10 }, () => rig.snapshot()));
    const pictures = await Promise.all(responses.map(jpegOf));

    assert.deepEqual(new Set(responses.map((each) => each.status)), new Set([200]));
    assert.equal(stillsOf(rig).length, 1);
    for (const picture of pictures) assert.ok(picture.equals(pictures[0] ?? Buffer.alloc(0)));
  });

  test('with a lens it is focused first, bounded: a focus that never ends still gives a picture', limit, async (t) => {
    await using rig = await startRig({ models: ['imx708'], faults: { autofocus: 'never' }, timeScale: 0.5 });
    const askedMs = performance.now();
    const response = await rig.snapshot();

    measured(
      t,
      'snapshot, focus never ends (bound of 2 s played at half): answered after',
      performance.now() - askedMs,
    );
    assert.equal(response.status, 200, await response.text());
    await logged(rig.pair.capture.log, 'still taken', (line) => line['focus'] === 'timeout');
  });

  const failures: [NonNullable<Faults['still']>, RegExp][] = [
    ['fails', /failed to allocate capture buffers/],
    ['hangs', /took (more|longer) than 4 s/],
    ['truncated', /bytes that are not a whole JPEG/],
    ['empty', /wrote nothing/],
  ];
  for (const [still, says] of failures) {
    test(
      `a still that ${still === 'fails' || still === 'hangs' ? still : `is ${still}`}: 503 with the reason, camera released, the next one works`,
      limit,
      async (t) => {
        await using rig = await startRig({ faults: { still } });
        const askedMs = performance.now();
        const response = await rig.snapshot();
        const text = await response.text();

        measured(t, `still ${still}: 503 after`, performance.now() - askedMs);
        assert.equal(response.status, 503);
        assert.match(text, says);
        assert.ok(Number(response.headers.get('retry-after')) >= 1);
        await rig.untilReleased();
        await logged(rig.pair.capture.log, 'still failed', (line) => says.test(String(line['reason'])));
        const status = await rig.untilStatus('to rest', (seen) => seen.state === 'idle');
        assert.match(status.stills.lastError ?? '', says);

        rig.pi.setFaults('imx219', {});
        assert.equal((await rig.snapshot()).status, 200);
      },
    );
  }

  test('a still of a sensor that stays silent: 503 names the device timeout and what to do', limit, async () => {
    await using rig = await startRig({ faults: { deviceTimeout: true } });
    const response = await rig.snapshot();
    const text = await response.text();

    assert.equal(response.status, 503);
    assert.match(text, /device timeout: .*Device timeout detected.*check its cable/);
    await rig.untilReleased();
    const status = await rig.untilStatus('to rest', (seen) => seen.state === 'idle');
    assert.match(status.stills.lastError ?? '', /^device timeout: .*check its cable/);
  });

  test('a still’s focus cycle is logged, and the page’s data have its result and lens position', limit, async () => {
    await using rig = await startRig({ models: ['imx708'] });
    assert.equal((await rig.snapshot()).status, 200);

    await logged(rig.pair.capture.log, 'Autofocus cycle for imx708 succeeded', (line) => line.level === 'info');
    const { autofocus } = await rig.untilStatus(
      'to know the result',
      (seen) => seen.autofocus?.lastResult === 'focused',
    );
    assert.ok(autofocus !== null && autofocus.lensPosition !== null && autofocus.lastDurationMs !== null);
  });

  test('a still that ignores every signal but SIGKILL is killed', limit, async (t) => {
    await using rig = await startRig({ faults: { still: 'hangs', ignoreSignals: true } });
    const response = await rig.snapshot();

    assert.equal(response.status, 503, await response.text());
    measured(t, 'still that ignores signals: from 503 to released camera', await rig.untilReleased());
  });

  test(
    'full=1 while people watch: they see the held frame, get live back; others wait their turn',
    limit,
    async (t) => {
      await using rig = await startRig({
        timeScale: 4,
        env: { cam0_full_interval: '30', cam0_snapshot_timeout: '30' },
      });
      await using viewer = await rig.watch();
      await liveAfter(viewer, 0);

      const askedMs = performance.now();
      const pending = rig.snapshot('?full=1');
      const during = await rig.untilStatus('to capture', (seen) => seen.state === 'capturing');
      await heldAfter(viewer, askedMs);
      const response = await pending;
      const size = readJpegSize(await jpegOf(response));
      await liveAfter(viewer, performance.now());
      const second = await rig.snapshot('?full=1');

      measured(
        t,
        'full still while streaming (settling of 2 s): gap between live frames',
        longestGapMs(viewer, askedMs),
      );
      assert.equal(during.cause, 'full still');
      assert.deepEqual([response.status, size], [200, { width: 3280, height: 2464 }]);
      assert.equal(viewer.isClosed, false);
      assert.match(kindsSeen(viewer), /live held live$/);
      assert.equal(second.status, 429);
    },
  );

  test('a full still that fails gives the viewers their stream back', limit, async (t) => {
    await using rig = await startRig({ faults: { still: 'fails' } });
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);

    const askedMs = performance.now();
    const response = await rig.snapshot('?full=1');
    const answeredMs = performance.now();
    await liveAfter(viewer, answeredMs);

    measured(t, 'full still that fails: gap between live frames', longestGapMs(viewer, askedMs));
    assert.equal(response.status, 503);
    assert.match(await response.text(), /failed to allocate capture buffers/);
  });

  test('while streaming a snapshot is the next frame: no rpicam-still', limit, async () => {
    await using rig = await startRig();
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
    const response = await rig.snapshot();

    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-frame-kind'), 'live');
    assert.deepEqual(stillsOf(rig), []);
  });

  test(
    'unplugged while a still is taken: 503 in bounded time, released; plugged in, the next works',
    limit,
    async (t) => {
      await using rig = await startRig({ timeScale: 4 });
      const pending = rig.snapshot();
      await waitFor('rpicam-still to start', () => stillsOf(rig).length > 0);
      rig.pi.setFaults('imx219', { still: 'hangs' });
      rig.pi.unplug('imx219');
      const response = await pending;
      await response.arrayBuffer();
      await rig.untilReleased();
      // The capture was under way already: it may still have come.
      assert.ok(response.status === 200 || response.status === 503, String(response.status));

      const gone = await rig.snapshot();
      assert.equal(gone.status, 503, await gone.text());
      rig.pi.setFaults('imx219', {});
      const pluggedMs = performance.now();
      rig.pi.plug('imx219');
      await rig.untilStatus('to be there', (seen) => seen.state === 'idle');
      measured(t, 'unplugged while capturing: from plugging in to present', performance.now() - pluggedMs);
      const back = await rig.snapshot();
      assert.equal(back.status, 200, back.ok ? '' : await back.text());
    },
  );
});
