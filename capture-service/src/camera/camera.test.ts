import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SoftStreamError } from '@soft-stream/shared/runtime/errors';
import { type CameraBench, cameraBench } from '../testing/camera-bench.ts';
import { FOUND } from '../testing/fake-driver.ts';

const options = { timeout: 20_000 };

async function streaming(bench: CameraBench): Promise<void> {
  bench.camera.setLeases(1, 1);
  await bench.settle();
  bench.driver.stream.frame();
  await bench.settle();
  assert.equal(bench.camera.status().state, 'streaming');
}

/** Frames every 100 ms for `ms`. */
async function frames(bench: CameraBench, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await bench.clock.advance(100);
    bench.driver.stream.frame();
  }
}

const state = (bench: CameraBench) => bench.camera.status().state;

describe('camera: demand', options, () => {
  it('is idle without demand: nothing was opened, no timer is set', async () => {
    const bench = cameraBench();
    await bench.clock.advance(60_000);

    assert.equal(state(bench), 'idle');
    assert.equal(bench.driver.looks, 0);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('starts with the first lease, streams with the first frame, and publishes it', async () => {
    const bench = cameraBench();

    await streaming(bench);

    assert.deepEqual(bench.states, ['idle', 'starting', 'streaming'].slice(1));
    assert.equal(bench.frames.length, 1);
    assert.equal(bench.frames[0]?.sequence, '1');
    const status = bench.camera.status();
    assert.deepEqual(status.negotiated, { width: 1280, height: 720 });
    assert.equal(status.cameraId, FOUND.id);
    assert.equal(status.pid, 1001);
    assert.equal(status.leases, 1);
  });

  it('stays on through the linger after the last lease, then is released and idle without timers', async () => {
    const bench = cameraBench();
    await streaming(bench);

    bench.camera.setLeases(0, 0);
    await bench.clock.advance(4_900);
    assert.equal(state(bench), 'streaming');
    assert.equal(bench.driver.holders, 1);
    await bench.clock.advance(100);

    assert.equal(state(bench), 'idle');
    assert.equal(bench.driver.holders, 0);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('is not restarted for a viewer who comes back within the linger', async () => {
    const bench = cameraBench();
    await streaming(bench);

    bench.camera.setLeases(0, 0);
    await bench.clock.advance(4_000);
    bench.camera.setLeases(1, 1);
    await frames(bench, 6_000);

    assert.equal(state(bench), 'streaming');
    assert.equal(bench.driver.streams.length, 1);
  });

  it('is idle only when its program is gone, and starts again for demand that came meanwhile', async () => {
    const bench = cameraBench({ config: { lingerMs: 0 } });
    await streaming(bench);
    bench.driver.holdStops = true;

    bench.camera.setLeases(0, 0);
    await bench.settle();
    assert.equal(state(bench), 'streaming');
    bench.camera.setLeases(1, 1);
    await bench.settle();
    assert.equal(bench.driver.streams.length, 1);
    bench.driver.letGo();
    await bench.settle();

    assert.equal(state(bench), 'starting');
    assert.equal(bench.driver.streams.length, 2);
    assert.equal(bench.driver.mostHolders, 1);
  });

  it('is stopped while it still starts when the viewer is gone', async () => {
    const bench = cameraBench({ config: { lingerMs: 0 } });
    bench.camera.setLeases(1, 1);
    await bench.settle();

    bench.camera.setLeases(0, 0);
    await bench.settle();

    assert.equal(state(bench), 'idle');
    assert.equal(bench.driver.holders, 0);
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('logs the first and the last viewer, and the start with requested and negotiated size', async () => {
    const bench = cameraBench();
    await streaming(bench);
    bench.camera.setLeases(1, 3);
    bench.camera.setLeases(0, 0);

    const lines = bench.logged.map((line) => line['msg']);
    assert.deepEqual(lines, ['first viewer came', 'camera streams', 'last viewer left']);
    assert.equal(bench.logged[1]?.['requested'], '1280x720');
    assert.equal(bench.logged[1]?.['negotiated'], '1280x720');
  });
});

describe('camera: the operator holds it', options, () => {
  it('off: the stream stops under its viewers, and auto gives it back to them', async () => {
    const bench = cameraBench();
    await streaming(bench);

    bench.camera.hold('off');
    await bench.settle();
    assert.equal(state(bench), 'held-off');
    assert.equal(bench.driver.holders, 0);
    assert.equal(bench.clock.pendingTimers, 0);
    bench.camera.hold('auto');
    await bench.settle();

    assert.equal(state(bench), 'starting');
  });

  it('off: new viewers do not start it', async () => {
    const bench = cameraBench();
    bench.camera.hold('off');
    bench.camera.setLeases(1, 1);
    await bench.settle();

    assert.equal(state(bench), 'held-off');
    assert.equal(bench.driver.streams.length, 0);
  });

  it('on: it streams without viewers, and auto stops it at once', async () => {
    const bench = cameraBench();
    bench.camera.hold('on');
    await bench.settle();
    bench.driver.stream.frame();
    assert.equal(state(bench), 'streaming');

    bench.camera.hold('auto');
    await bench.settle();

    assert.equal(state(bench), 'idle');
  });

  it('off ends a still under way, which says so', async () => {
    const bench = cameraBench();
    const still = bench.camera.still({ full: false, notBeforeMs: 0 });
    await bench.settle();

    bench.camera.hold('off');

    await assert.rejects(still, /held off by the operator/);
    assert.equal(state(bench), 'held-off');
    assert.equal(bench.driver.holders, 0);
  });
});

describe('camera: watchdog and restarts', options, () => {
  it('a camera that never delivers a first frame is restarted, again and again, with growing pauses', async () => {
    const bench = cameraBench();
    bench.camera.setLeases(1, 1);
    await bench.clock.advance(10_000);

    const first = bench.camera.status();
    assert.equal(first.state, 'restarting');
    assert.equal(first.cause, 'no first frame: no frame for 10 s');
    assert.equal(first.nextTryAtMs, bench.clock.nowMs() + 1_000);
    assert.equal(bench.driver.holders, 0);

    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      assert.equal(bench.camera.status().nextTryAtMs, bench.clock.nowMs() + pauseMs);
      await bench.clock.advance(pauseMs);
      assert.equal(state(bench), 'starting');
      await bench.clock.advance(10_000);
    }
    assert.deepEqual(bench.camera.status().restarts, { total: 9, failed: 9, byCause: { 'no first frame': 9 } });
    assert.equal(bench.driver.mostHolders, 1);
  });

  it('a stalled camera is restarted after the time of its watchdog, and says why until frames come', async () => {
    const bench = cameraBench({ config: { watchdogTimeoutMs: 4_000 } });
    await streaming(bench);

    await bench.clock.advance(3_900);
    assert.equal(state(bench), 'streaming');
    await bench.clock.advance(100);
    assert.equal(bench.camera.status().cause, 'stalled: no frame for 4 s');
    await bench.clock.advance(1_000);
    assert.equal(bench.camera.status().state, 'starting');
    assert.equal(bench.camera.status().cause, 'stalled: no frame for 4 s');
    bench.driver.stream.frame();

    assert.equal(state(bench), 'streaming');
    assert.equal(bench.camera.status().cause, null);
    assert.deepEqual(bench.camera.status().restarts.byCause, { stalled: 1 });
  });

  it('the pauses begin anew after 30 s of frames', async () => {
    const bench = cameraBench();
    await streaming(bench);
    for (const pauseMs of [1_000, 2_000]) {
      bench.driver.stream.end('child exited');
      await bench.clock.advance(pauseMs);
      bench.driver.stream.frame();
    }
    await frames(bench, 30_100);

    bench.driver.stream.end('child exited');
    await bench.settle();

    assert.equal(bench.camera.status().nextTryAtMs, bench.clock.nowMs() + 1_000);
  });

  it('the pauses begin anew after 30 s of frames also when that stream ended because its viewers left', async () => {
    const bench = cameraBench({ config: { lingerMs: 0 } });
    await streaming(bench);
    for (const pauseMs of [1_000, 2_000, 4_000]) {
      bench.driver.stream.end('child exited');
      await bench.clock.advance(pauseMs);
      bench.driver.stream.frame();
    }
    await frames(bench, 30_100);
    bench.camera.setLeases(0, 0);
    await bench.settle();
    await bench.clock.advance(3_600_000);
    await streaming(bench);

    bench.driver.stream.end('child exited');
    await bench.settle();

    assert.equal(bench.camera.status().nextTryAtMs, bench.clock.nowMs() + 1_000);
  });

  it('people who come and go do not make the pauses longer', async () => {
    const bench = cameraBench({ config: { lingerMs: 0 } });
    for (let visit = 0; visit < 6; visit++) {
      await streaming(bench);
      bench.camera.setLeases(0, 0);
      await bench.settle();
    }
    await streaming(bench);

    bench.driver.stream.end('child exited');
    await bench.settle();

    assert.equal(bench.camera.status().nextTryAtMs, bench.clock.nowMs() + 1_000);
  });

  it('a stream that begins with the picture that the last one ended with is not frozen', async () => {
    const bench = cameraBench({ config: { lingerMs: 0 } });
    for (let visit = 0; visit < 3; visit++) {
      bench.camera.setLeases(1, 1);
      await bench.settle();
      bench.driver.stream.frame(7);
      bench.driver.stream.frame(7);
      bench.camera.setLeases(0, 0);
      await bench.clock.advance(60_000);
    }

    assert.equal(bench.camera.status().restarts.total, 0);
    assert.equal(bench.frames.length, 6);
  });

  it('a watchdog of 0 never barks', async () => {
    const bench = cameraBench({ config: { watchdogTimeoutMs: 0 } });
    bench.camera.setLeases(1, 1);
    await bench.clock.advance(3_600_000);

    assert.equal(state(bench), 'starting');
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('names the device timeout that the program reported', async () => {
    const bench = cameraBench();
    await streaming(bench);
    bench.driver.stream.events.trouble('device timeout', 'Device timeout detected');
    assert.equal(bench.camera.status().cause, 'device timeout: Device timeout detected');

    await bench.clock.advance(10_000);

    assert.equal(bench.camera.status().cause, 'device timeout: no frame for 10 s; Device timeout detected');
    assert.deepEqual(bench.camera.status().restarts.byCause, { 'device timeout': 1 });
  });

  it('forgets a device timeout when frames go on by themselves', async () => {
    const bench = cameraBench();
    await streaming(bench);
    bench.driver.stream.events.trouble('device timeout', 'Device timeout detected');

    bench.driver.stream.frame();

    assert.equal(bench.camera.status().cause, null);
    assert.equal(bench.camera.status().restarts.total, 0);
  });

  it('a program that ends before its first frame is a failure, retried; after it a restart', async () => {
    const bench = cameraBench();
    bench.camera.setLeases(1, 1);
    await bench.settle();

    bench.driver.stream.end('acquire failed', 'failed to acquire camera');
    await bench.settle();
    assert.equal(bench.camera.status().state, 'failed');
    assert.equal(bench.camera.status().cause, 'acquire failed: failed to acquire camera');
    await bench.clock.advance(1_000);
    bench.driver.stream.frame();
    bench.driver.stream.end('child exited', 'exit code 1');
    await bench.settle();

    assert.equal(state(bench), 'restarting');
  });

  it('a first new viewer tries a failed camera at once', async () => {
    const bench = cameraBench();
    bench.camera.hold('on');
    await bench.settle();
    bench.driver.stream.end('acquire failed');
    await bench.settle();
    assert.equal(state(bench), 'failed');

    bench.camera.setLeases(1, 1);
    await bench.settle();

    assert.equal(state(bench), 'starting');
    assert.equal(bench.clock.pendingTimers, 1);
  });

  it('restart by the operator is at once, whatever the pauses were', async () => {
    const bench = cameraBench();
    await streaming(bench);

    assert.equal(bench.camera.restart(), true);
    await bench.settle();

    assert.deepEqual(bench.states, ['starting', 'streaming', 'restarting', 'starting']);
    assert.deepEqual(bench.camera.status().restarts.byCause, { operator: 1 });
  });

  it('restart of an idle camera has nothing to do', () => {
    assert.equal(cameraBench().camera.restart(), false);
  });

  it('a program stuck in the kernel is a failure that asks for a reboot, and is tried again', async () => {
    const bench = cameraBench();
    await streaming(bench);
    bench.driver.stuckInKernel = true;

    await bench.clock.advance(10_000);

    assert.equal(state(bench), 'failed');
    assert.match(bench.camera.status().cause ?? '', /reboot needed/);
    assert.notEqual(bench.camera.status().nextTryAtMs, null);
  });

  it('a failed camera that nobody wants any more is idle without timers', async () => {
    const bench = cameraBench();
    bench.camera.setLeases(1, 1);
    await bench.settle();
    bench.driver.stream.end('child exited');
    await bench.settle();

    bench.camera.setLeases(0, 0);
    await bench.clock.advance(5_000);

    assert.equal(state(bench), 'idle');
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('a frozen picture is restarted once, then shown as frozen until it changes', async () => {
    const bench = cameraBench();
    await streaming(bench);
    const freeze = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 500) {
        await bench.clock.advance(500);
        if (bench.driver.stream.isOpen) bench.driver.stream.frame(7);
      }
    };

    await freeze(30_000);
    assert.deepEqual(bench.camera.status().restarts, { total: 1, failed: 1, byCause: { frozen: 1 } });
    assert.equal(state(bench), 'streaming');
    assert.match(bench.camera.status().cause ?? '', /^frozen/);
    const { published } = bench.camera.status().frames;
    bench.driver.stream.frame(7);
    assert.equal(bench.camera.status().frames.published, published, 'a frozen picture is not published as a live one');
    bench.driver.stream.frame(8);

    assert.equal(bench.camera.status().cause, null);
    assert.equal(bench.camera.status().frames.published, published + 1);
  });
});

describe('camera: absence', options, () => {
  it('a camera that is not there is absent, and looked for again every 30 s while somebody wants it', async () => {
    const bench = cameraBench();
    bench.driver.located = undefined;
    bench.camera.setLeases(1, 1);
    await bench.settle();
    assert.equal(state(bench), 'absent');
    assert.equal(bench.camera.status().nextTryAtMs, bench.clock.nowMs() + 30_000);

    bench.camera.setLeases(0, 0);
    assert.equal(bench.clock.pendingTimers, 0);
    await bench.clock.advance(10_000);
    bench.camera.setLeases(1, 1);
    await bench.settle();
    assert.equal(bench.driver.looks, 1);
    bench.driver.located = FOUND;
    await bench.clock.advance(20_000);

    assert.equal(state(bench), 'starting');
    assert.equal(bench.driver.looks, 2);
  });

  it('a rescan or a change of /dev finds it at once', async () => {
    const bench = cameraBench();
    bench.driver.located = undefined;
    await bench.camera.look();
    assert.equal(state(bench), 'absent');
    bench.driver.located = FOUND;

    await bench.camera.look();

    assert.equal(state(bench), 'idle');
    assert.equal(bench.clock.pendingTimers, 0);
  });

  it('a look at an absent camera with viewers starts it', async () => {
    const bench = cameraBench();
    bench.driver.located = undefined;
    bench.camera.setLeases(1, 1);
    await bench.settle();
    bench.driver.located = FOUND;

    await bench.camera.look();
    await bench.settle();

    assert.equal(state(bench), 'starting');
  });

  it('a viewer who comes while an absent camera is looked for gets it started when it is found', async () => {
    const bench = cameraBench();
    bench.driver.located = undefined;
    await bench.camera.look();
    assert.equal(state(bench), 'absent');
    bench.driver.located = FOUND;

    const looking = bench.camera.look();
    bench.camera.setLeases(1, 1);
    await looking;
    await bench.settle();

    assert.equal(state(bench), 'starting');
  });

  it('a listing that fails is a failure that is retried, and not absence', async () => {
    const bench = cameraBench();
    bench.driver.located = new SoftStreamError('ERR_LISTING', 'listing cameras failed with exit code 1');
    bench.camera.setLeases(1, 1);
    await bench.settle();
    assert.equal(state(bench), 'failed');
    assert.equal(bench.camera.status().cause, 'listing failed: listing cameras failed with exit code 1');
    bench.driver.located = FOUND;

    await bench.clock.advance(1_000);

    assert.equal(state(bench), 'starting');
  });

  it('a listing that fails at the start is looked at again without demand', async () => {
    const bench = cameraBench();
    bench.driver.located = new SoftStreamError('ERR_LISTING', 'no');
    await bench.camera.look();
    assert.equal(state(bench), 'failed');
    bench.driver.located = FOUND;

    await bench.clock.advance(1_000);

    assert.equal(state(bench), 'idle');
    assert.equal(bench.clock.pendingTimers, 0);
  });
});

describe('camera: frames', options, () => {
  it('a frame larger than its slot is dropped, counted, and logged once a minute', async () => {
    const bench = cameraBench({ slotBytes: 4 });
    bench.camera.setLeases(1, 1);
    await bench.settle();
    for (let count = 0; count < 10; count++) bench.driver.stream.frame();

    assert.equal(bench.frames.length, 0);
    assert.equal(bench.camera.status().frames.dropped['too large'], 10);
    assert.equal(bench.logged.filter((line) => String(line['msg']).startsWith('frame larger')).length, 1);
  });

  it('measures the rate over the last seconds', async () => {
    const bench = cameraBench();
    await streaming(bench);
    await frames(bench, 4_000);

    assert.equal(bench.camera.status().fps, 10);
  });

  it('a camera that is closed runs nothing and holds no timer', async () => {
    const bench = cameraBench();
    await streaming(bench);

    bench.driver.holdStops = true;
    const closed = bench.camera.close();
    // The broker's connections may end after their cameras began to.
    bench.camera.setLeases(0, 0);
    bench.driver.letGo();
    await closed;

    assert.equal(bench.driver.holders, 0);
    assert.equal(bench.clock.pendingTimers, 0);
  });
});

describe('camera: one event after the other', options, () => {
  it('what a listener asks for while an event is dealt with waits until that is done', async () => {
    const bench = cameraBench();
    bench.onStatus = (status) => {
      if (status.state === 'streaming') bench.camera.hold('off');
    };

    bench.camera.setLeases(1, 1);
    await bench.settle();
    bench.driver.stream.frame();
    await bench.settle();

    assert.deepEqual(bench.states, ['starting', 'streaming', 'held-off']);
    assert.deepEqual(
      bench.events.filter((event) => event.startsWith('state')),
      ['state: starting', 'state: streaming', 'state: held-off'],
    );
  });

  it('leaves a trace: the last 50 events, the state each led to, and what was done', async () => {
    const bench = cameraBench();
    await streaming(bench);

    assert.deepEqual(
      bench.camera.trace().map(({ event, state: led, actions }) => [event, led, ...actions]),
      [
        ['leases leases=1 viewers=1', 'starting', 'open-stream'],
        ['first-frame focusing=false', 'streaming'],
      ],
    );
    for (let count = 0; count < 100; count++) bench.camera.setLeases(1, count);
    assert.equal(bench.camera.trace().length, 50);
    assert.equal(bench.camera.trace().at(-1)?.event, 'leases leases=1 viewers=99');
  });
});
