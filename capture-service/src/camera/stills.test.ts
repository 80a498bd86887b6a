import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CameraBench, cameraBench } from '../testing/camera-bench.ts';
import { FOUND } from '../testing/fake-driver.ts';

const options = { timeout: 20_000 };
const PLAIN = { full: false, notBeforeMs: 0 };
const FULL = { full: true, notBeforeMs: 0 };
const kind = (expected: string) => (error: unknown) => (error as { kind: string }).kind === expected;

async function streaming(bench: CameraBench): Promise<void> {
  bench.camera.setLeases(1, 1);
  await bench.settle();
  bench.driver.stream.frame();
}

describe('camera: stills of an idle camera', options, () => {
  it('are captures of their own, after which it is idle again', async () => {
    const bench = cameraBench();
    const still = bench.camera.still(PLAIN);
    await bench.settle();
    assert.equal(bench.camera.status().state, 'capturing');
    bench.driver.still.finish();

    const { source, width, height, sequence } = await still;
    assert.deepEqual(
      { source, width, height, sequence },
      { source: 'still', width: 1920, height: 1080, sequence: '1' },
    );
    assert.equal(bench.camera.status().state, 'idle');
    assert.equal(bench.camera.status().stills.taken, 1);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('are shared: ten who ask get one capture', async () => {
    const bench = cameraBench();
    const stills = Array.from({ length: 10 }, () => bench.camera.still(PLAIN));
    await bench.settle();
    bench.driver.still.finish();

    assert.equal(new Set((await Promise.all(stills)).map((each) => each.sequence)).size, 1);
    assert.equal(bench.driver.stills.length, 1);
  });

  it('are not shared with a capture that began too early for a fresh one', async () => {
    const bench = cameraBench();
    const early = bench.camera.still(PLAIN);
    await bench.clock.advance(100);
    const late = [bench.clock.monotonicMs(), bench.clock.monotonicMs()].map((notBeforeMs) =>
      bench.camera.still({ full: false, notBeforeMs }),
    );
    await bench.settle();
    bench.driver.still.finish();
    assert.equal((await early).sequence, '1');
    await bench.settle();
    bench.driver.still.finish();

    assert.deepEqual(
      (await Promise.all(late)).map((each) => each.sequence),
      ['2', '2'],
    );
    assert.equal(bench.driver.stills.length, 2);
    assert.equal(bench.driver.mostHolders, 1);
  });

  it('end after their time with a reason, and release the camera', async () => {
    const bench = cameraBench();
    const still = bench.camera.still(PLAIN);
    const refused = assert.rejects(still, /still failed: the still took longer than 8 s/);
    await bench.clock.advance(8_000);

    await refused;
    await assert.rejects(still, kind('captureFailed'));
    assert.equal(bench.camera.status().state, 'idle');
    assert.equal(bench.driver.holders, 0);
    assert.deepEqual(bench.camera.status().stills, {
      taken: 0,
      failed: 1,
      lastError: 'the still took longer than 8 s',
    });
  });

  it('that fail say why', async () => {
    const bench = cameraBench();
    const still = bench.camera.still(PLAIN);
    await bench.settle();
    bench.driver.still.fail(new Error('rpicam-still: failed to acquire camera'));

    await assert.rejects(still, /still failed: rpicam-still: failed to acquire camera/);
    assert.equal(bench.camera.status().state, 'idle');
  });

  it('that do not fit their slot are refused with the key to raise', async () => {
    const bench = cameraBench({ slotBytes: 6 });
    const still = bench.camera.still(PLAIN);
    await bench.settle();
    bench.driver.still.finish();

    await assert.rejects(still, /7 bytes do not fit the still slot: raise cam0_still_slot_bytes/);
  });

  it('are waited for by viewers who come meanwhile', async () => {
    const bench = cameraBench();
    const still = bench.camera.still(PLAIN);
    await bench.settle();
    bench.camera.setLeases(1, 1);
    await bench.settle();
    assert.equal(bench.driver.streams.length, 0);
    bench.driver.still.finish();
    await still;
    await bench.settle();

    assert.equal(bench.driver.streams.length, 1);
    assert.equal(bench.driver.mostHolders, 1);
  });

  it('look for an absent camera at most every 30 s', async () => {
    const bench = cameraBench();
    bench.driver.located = undefined;
    await assert.rejects(bench.camera.still(PLAIN), kind('cameraAbsent'));
    assert.equal(bench.camera.status().state, 'absent');
    bench.driver.located = FOUND;
    await assert.rejects(bench.camera.still(PLAIN), kind('cameraAbsent'));
    assert.equal(bench.driver.looks, 1);

    await bench.clock.advance(30_000);
    const still = bench.camera.still(PLAIN);
    await bench.settle();
    bench.driver.still.finish();

    assert.equal((await still).source, 'still');
  });

  it('that find the camera absent say when it is looked for next', async () => {
    const bench = cameraBench();
    bench.driver.located = undefined;
    const retryAfter = (expectedMs: number) => (error: unknown) =>
      kind('cameraAbsent')(error) && (error as { retryAfterMs: number }).retryAfterMs === expectedMs;

    await assert.rejects(bench.camera.still(PLAIN), retryAfter(30_000));
    await bench.clock.advance(12_000);
    await assert.rejects(bench.camera.still(PLAIN), retryAfter(18_000));
  });

  it('that run into their limit name what the camera program said meanwhile', async () => {
    const bench = cameraBench();
    const still = bench.camera.still(PLAIN);
    const says =
      /still failed: device timeout: the still took longer than 8 s; Device timeout detected \(check its cable\)/;
    const refused = assert.rejects(still, says);
    await bench.settle();
    bench.driver.still.request.trouble?.('device timeout', 'Device timeout detected (check its cable)');
    await bench.clock.advance(8_000);

    await refused;
    assert.match(bench.camera.status().stills.lastError ?? '', /^device timeout: /);
    assert.equal(
      bench.logged.find((line) => line['cause'] === 'device timeout')?.['msg'],
      'camera program reported a problem',
    );
  });

  it('focus in a cycle that is logged, reported and remembered as a stream’s is', async () => {
    const bench = cameraBench({ config: { autofocus: true, name: 'Printer #2' } });
    const still = bench.camera.still(PLAIN);
    await bench.settle();
    bench.driver.still.finish({ focus: 'focused', focusDurationMs: 640, lensPosition: 4.21 });
    await still;

    const line = bench.logged.find((each) => each['msg'] === 'Autofocus cycle for Printer #2 succeeded');
    assert.equal(line?.['durationMs'], 640);
    assert.equal(line?.['lensPosition'], 4.21);
    assert.deepEqual(bench.camera.status().autofocus, {
      state: 'idle',
      lensPosition: 4.21,
      lastResult: 'focused',
      lastDurationMs: 640,
    });
    assert.ok(bench.events.includes('autofocus: focused after 640 ms, lens at 4.21 dioptres'));
    assert.equal(bench.told.at(-1)?.autofocus?.lastResult, 'focused');
  });

  it('that could not focus are taken all the same, with a warning', async () => {
    const bench = cameraBench({ config: { autofocus: true } });
    const still = bench.camera.still(PLAIN);
    await bench.settle();
    bench.driver.still.finish({ focus: 'timeout', lensPosition: null });
    await still;

    const line = bench.logged.find((each) => String(each['msg']).startsWith('Autofocus cycle'));
    assert.equal(line?.['level'], 40);
    assert.equal(bench.camera.status().autofocus?.lastResult, 'timeout');
    assert.ok(bench.events.includes('autofocus: timed out'));
  });

  it('are refused while the operator holds the camera off', async () => {
    const bench = cameraBench();
    bench.camera.hold('off');

    await assert.rejects(bench.camera.still(PLAIN), kind('heldOff'));
    assert.equal(bench.driver.stills.length, 0);
  });
});

describe('camera: stills while it streams', options, () => {
  it('are the next frame that was exposed after the request', async () => {
    const bench = cameraBench({ config: { fps: 10 } });
    await streaming(bench);
    const still = bench.camera.still(PLAIN);
    await bench.clock.advance(50);
    bench.driver.stream.frame();
    await bench.clock.advance(100);
    bench.driver.stream.frame();

    const { source, sequence } = await still;
    assert.deepEqual({ source, sequence }, { source: 'stream', sequence: '3' });
    assert.equal(bench.driver.stills.length, 0);
  });

  it('neither start nor extend a linger', async () => {
    const bench = cameraBench();
    await streaming(bench);
    bench.camera.setLeases(0, 0);
    await bench.clock.advance(4_000);
    const still = bench.camera.still(PLAIN);
    await bench.clock.advance(200);
    bench.driver.stream.frame();
    assert.equal((await still).source, 'stream');
    await bench.clock.advance(800);

    assert.equal(bench.camera.status().state, 'idle');
  });

  it('wait for the first frame of a stream that starts, and say so when none comes', async () => {
    const bench = cameraBench();
    bench.camera.setLeases(1, 1);
    await bench.settle();
    const inTime = bench.camera.still(PLAIN);
    const tooLate = bench.camera.still({ full: false, notBeforeMs: 60_000 });
    await bench.clock.advance(3_000);
    bench.driver.stream.frame();
    assert.equal((await inTime).source, 'stream');
    const refused = assert.rejects(tooLate, /no picture within 8 s: the camera is streaming/);
    await bench.clock.advance(5_000);

    await refused;
  });

  it('become a capture when the stream ends before a frame comes', async () => {
    const bench = cameraBench({ config: { lingerMs: 0 } });
    await streaming(bench);
    const still = bench.camera.still(PLAIN);
    bench.camera.setLeases(0, 0);
    await bench.settle();
    bench.driver.still.finish();

    assert.equal((await still).source, 'still');
  });

  it('are refused with the cause while the camera has failed', async () => {
    const bench = cameraBench();
    bench.camera.setLeases(1, 1);
    await bench.settle();
    bench.driver.stream.end('acquire failed', 'taken');
    await bench.settle();

    await assert.rejects(bench.camera.still(PLAIN), /failed \(acquire failed: taken\)/);
  });

  it('in full stop the stream, capture, and resume it', async () => {
    const bench = cameraBench();
    await streaming(bench);
    const still = bench.camera.still(FULL);
    await bench.settle();
    assert.equal(bench.camera.status().state, 'capturing');
    assert.equal(bench.camera.status().cause, 'full still');
    assert.equal(bench.driver.still.request.full, true);
    bench.driver.still.finish();

    assert.equal((await still).source, 'still');
    await bench.settle();
    assert.equal(bench.camera.status().state, 'starting');
    assert.equal(bench.driver.mostHolders, 1);
    assert.deepEqual(bench.camera.status().restarts.byCause, { 'full still': 1 });
  });

  it('in full are taken once per interval while others watch', async () => {
    const bench = cameraBench({ config: { fullIntervalMs: 30_000 } });
    await streaming(bench);
    const still = bench.camera.still(FULL);
    await bench.settle();
    bench.driver.still.finish();
    await still;
    await bench.settle();
    bench.driver.stream.frame();

    await assert.rejects(bench.camera.still(FULL), (error: unknown) => {
      const { kind: found, retryAfterMs } = error as { kind: string; retryAfterMs: number };
      return found === 'rateLimited' && retryAfterMs === 30_000;
    });
  });

  it('in full that fail resume the stream', async () => {
    const bench = cameraBench();
    await streaming(bench);
    const still = bench.camera.still(FULL);
    await bench.settle();
    bench.driver.still.fail(new Error('no'));
    await assert.rejects(still, kind('captureFailed'));
    await bench.settle();

    assert.equal(bench.camera.status().state, 'starting');
  });
});
