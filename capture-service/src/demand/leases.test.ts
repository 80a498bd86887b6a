import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ManualClock, manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { createLeases, type LeaseHolder } from './leases.ts';

const options = { timeout: 10_000 };

interface Holder extends LeaseHolder {
  readonly pings: number[];
  isSilent: boolean;
}

function holder(): Holder {
  const found: Holder = {
    pings: [],
    isSilent: false,
    ping: (id) => found.pings.push(id),
    silent() {
      found.isSilent = true;
    },
  };
  return found;
}

function bench(clock: ManualClock = manualClock()) {
  const told: string[] = [];
  const leases = createLeases<Holder>(clock, (camera, count, viewers) => told.push(`${camera} ${count} ${viewers}`));
  return { clock, told, leases };
}

describe('leases', options, () => {
  it('are one per holder and camera: opening again updates the viewers', () => {
    const { leases, told } = bench();
    const [one, two] = [holder(), holder()];
    leases.open(one, 'cam0', 1);
    leases.open(one, 'cam0', 4);
    leases.open(two, 'cam0', 2);
    leases.close(one, 'cam0');
    leases.close(one, 'cam0');

    assert.deepEqual(told, ['cam0 1 1', 'cam0 1 4', 'cam0 2 6', 'cam0 1 2']);
    assert.deepEqual([...leases.holdersOf('cam0')], [two]);
    assert.deepEqual([...leases.holdersOf('cam1')], []);
  });

  it('end with their holder, all of them', () => {
    const { leases, told, clock } = bench();
    const one = holder();
    leases.open(one, 'cam0', 1);
    leases.open(one, 'cam1', 1);
    leases.leave(one);

    assert.deepEqual(told.slice(2), ['cam0 0 0', 'cam1 0 0']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('ping their holder every 5 s, and only while it holds one', async () => {
    const { leases, clock } = bench();
    const one = holder();
    leases.open(one, 'cam0', 1);
    leases.open(one, 'cam1', 1);
    for (let round = 0; round < 4; round++) {
      await clock.advance(5_000);
      leases.pong(one, one.pings.at(-1) ?? 0);
    }
    leases.close(one, 'cam0');
    assert.equal(clock.pendingTimers, 1);
    leases.close(one, 'cam1');

    assert.deepEqual(one.pings, [1, 2, 3, 4]);
    assert.equal(clock.pendingTimers, 0);
  });

  it('end when a ping stays unanswered for 10 s', async () => {
    const { leases, told, clock } = bench();
    const one = holder();
    leases.open(one, 'cam0', 1);
    await clock.advance(14_900);
    assert.equal(one.isSilent, false);
    await clock.advance(100);

    assert.equal(one.isSilent, true);
    assert.equal(told.at(-1), 'cam0 0 0');
    assert.equal(clock.pendingTimers, 0);
  });

  it('end after 15 s also when timers come a little early, as those of Node.js do', async () => {
    const clock = manualClock();
    const hasty: ManualClock = { ...clock, after: (ms, callback) => clock.after(ms - 0.4, callback) };
    const { leases } = bench(hasty);
    const one = holder();
    leases.open(one, 'cam0', 1);

    await clock.advance(15_000);

    assert.equal(one.isSilent, true);
  });

  it('an answer to an older ping, or to one that was never asked, does not count', async () => {
    const { leases, clock } = bench();
    const one = holder();
    leases.open(one, 'cam0', 1);
    await clock.advance(10_000);
    leases.pong(one, 1);
    leases.pong(one, 77);
    await clock.advance(5_000);

    assert.equal(one.isSilent, true);
  });

  it('do not end because we ourselves were stopped for a minute', async () => {
    const clock = manualClock();
    let sleptMs = 0;
    const sleepy = { ...clock, monotonicMs: () => clock.monotonicMs() + sleptMs };
    const { leases } = bench(sleepy as ManualClock);
    const one = holder();
    leases.open(one, 'cam0', 1);
    await clock.advance(9_000);
    sleptMs = 60_000;
    await clock.advance(1_000);
    leases.pong(one, one.pings.at(-1) ?? 0);
    await clock.advance(4_000);
    assert.equal(one.isSilent, false);

    await clock.advance(12_000);
    assert.equal(one.isSilent, true);
  });
});
