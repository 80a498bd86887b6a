// A web side that has gone mad beside a camera that focuses, on stand-ins for rpicam: the lens and the camera are driven
// no more often than the limits say, and the other camera loses no frame.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Rig, startRig } from '../faults/rig.ts';
import { waitFor } from '../harness/wait-for.ts';
import { isLive } from '../viewer/watch.ts';
import { type Attacker, connectAttacker } from './broker-attacker.ts';
import { cpuMs, MIB, residentBytes } from './process-cost.ts';
import { startWatcher, type Watcher } from './undisturbed.ts';

const timeout = 240_000;
const FPS = 10;
/** As focus-cycles.ts has it, and as SECURITY.md tells. */
const FOCUS_INTERVAL_MS = 10_000;
const FOCUS_MS = 800;
const LINGER_MS = 1_000;
/** What capture may grow by for any attack: its own heap's ups and downs included, and the buffer of a still. */
const MAY_GROW_BYTES = 48 * MIB;
/** Of CPU in the time of an attack and the peace before and after it. */
const MAY_TAKE_CORES = 0.3;

let rig: Rig;
/** on the other camera, which has a fixed focus */
let watcher: Watcher;
let residentBefore: number;

before(
  async () => {
    const env: Record<string, string> = { log_level: 'info' };
    for (const camera of ['cam0', 'cam1']) {
      // On a busy machine a start may take longer than the short watchdog of the rig.
      Object.assign(env, { [`${camera}_watchdog_timeout`]: '20', [`${camera}_fps`]: String(FPS) });
      Object.assign(env, { [`${camera}_full_interval`]: '30' });
    }
    env['cam0_linger'] = String(LINGER_MS / 1_000);
    rig = await startRig({ models: ['imx708', 'imx219'], faults: { autofocusMs: FOCUS_MS }, env });
    watcher = await startWatcher(rig.pair.url(1, '/stream.mjpg'), FPS);
    await using viewer = await rig.watch(0);
    await viewer.next('a live picture', isLive);
    residentBefore = residentBytes(rig.pair.capture.pid);
  },
  { timeout },
);

after(
  async () => {
    await watcher?.[Symbol.asyncDispose]();
    await rig?.[Symbol.asyncDispose]();
  },
  { timeout },
);

const attacker = () => connectAttacker(rig.pair.runDir);
const answers = (each: Attacker, what: RegExp) => (each.text.match(what) ?? []).length;

/** Runs one attack and asserts that it was worth nothing to the other camera, to memory and to the processor. */
async function attack(t: { diagnostic(text: string): void }, run: () => Promise<void>): Promise<void> {
  const { pid } = rig.pair.capture;
  const [cpuBeforeMs, beforeMs] = [cpuMs(pid), performance.now()];
  const report = await watcher.undisturbedBy(run);
  const cores = (cpuMs(pid) - cpuBeforeMs) / (performance.now() - beforeMs);
  const grown = residentBytes(pid) - residentBefore;
  t.diagnostic(`measured: ${report}; ${(grown / MIB).toFixed(1)} MiB more, ${cores.toFixed(2)} cores`);
  assert.ok(cores < MAY_TAKE_CORES, `${cores.toFixed(2)} cores`);
  assert.ok(grown < MAY_GROW_BYTES, `capture has grown by ${(grown / MIB).toFixed(0)} MiB`);
  const failures = rig.pair.capture.log.lines.filter(({ level }) => ['error', 'fatal', 'raw'].includes(level));
  assert.deepEqual(failures, []);
}

const starts = (program: string) => rig.pi.starts().filter((each) => each.program === program).length;

describe('hostile web side beside a camera that focuses', { timeout }, () => {
  it('focus asked for in a loop is one cycle in 10 s: who watches that camera loses no more than those cycles take', {
    timeout,
  }, async (t) => {
    await using viewer = await rig.watch(0);
    await viewer.next('a live picture', isLive);

    await attack(t, async () => {
      const cyclesBefore = (await rig.pair.status(0)).restarts.byCause['autofocus request'] ?? 0;
      const attackers = await Promise.all(Array.from({ length: 4 }, attacker));
      const beganMs = performance.now();
      const looping = setInterval(() => {
        for (const each of attackers) each.call('autofocus', { camera: 'cam0' });
      }, 50);
      await sleep(2.2 * FOCUS_INTERVAL_MS);
      clearInterval(looping);
      const tookMs = performance.now() - beganMs;
      const cycles = ((await rig.pair.status(0)).restarts.byCause['autofocus request'] ?? 0) - cyclesBefore;
      await viewer.next('a picture after it', (part) => part.kind === 'live' && part.receivedMs > beganMs + tookMs);

      const dark = darkTimes(viewer.seen, beganMs);
      const darkMs = dark.reduce((sum, ms) => sum + ms, 0);
      t.diagnostic(
        `measured: ${cycles} cycles in ${(tookMs / 1000).toFixed(1)} s, no live picture for ${dark.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`,
      );
      assert.ok(cycles >= 1, 'the first was granted');
      assert.ok(cycles <= 1 + Math.floor(tookMs / FOCUS_INTERVAL_MS), `${cycles} cycles`);
      assert.ok(dark.length <= cycles, `${dark.length} interruptions by ${cycles} cycles`);
      // Each may take the interval's half: a stop, a start and a focus cycle (measured: a sixth to a third).
      assert.ok(darkMs <= (cycles * FOCUS_INTERVAL_MS) / 2, `${darkMs.toFixed(0)} ms without a live picture`);
      for (const each of attackers) {
        assert.ok(each.isClosed || answers(each, /"retryAfterMs"/g) > 10, 'told when to ask again, or cut');
        each[Symbol.dispose]();
      }
    });
  });

  it('stills in a loop, full ones too, of a camera that nobody watches are taken one after the other', {
    timeout,
  }, async (t) => {
    await attack(t, async () => {
      await rig.pair.untilStatus(0, 'is idle', ({ state }) => state === 'idle');
      const [before, beganMs] = [starts('rpicam-still'), performance.now()];
      const attackers = await Promise.all(Array.from({ length: 4 }, attacker));
      let most = 0;
      let mostStills = 0;
      const looping = setInterval(() => {
        // Those that have opened a camera: a listing does not, and what is about to become one of them counts for none.
        const running = new Set(rig.programs());
        const opened = rig.pi.starts().filter(({ pid }) => running.has(pid));
        most = Math.max(most, opened.length);
        mostStills = Math.max(mostStills, opened.filter(({ program }) => program === 'rpicam-still').length);
        for (const each of attackers) {
          each.call('still', { camera: 'cam0', full: false, notBeforeMs: 0 });
          each.call('still', { camera: 'cam0', full: true, notBeforeMs: Number.MAX_SAFE_INTEGER });
          each.call('autofocus', { camera: 'cam0' });
        }
      }, 50);
      await sleep(6_000);
      clearInterval(looping);
      const tookMs = performance.now() - beganMs;
      for (const each of attackers) each[Symbol.dispose]();
      await rig.pair.untilStatus(0, 'is idle again', ({ state }) => state === 'idle');

      const taken = starts('rpicam-still') - before;
      t.diagnostic(
        `measured: ${taken} stills in ${(tookMs / 1000).toFixed(1)} s, ${mostStills} at a time, ${most} camera programs with a camera at most`,
      );
      assert.ok(taken >= 1 && mostStills === 1, `${mostStills} at a time`);
      // Each is a listing, a start and an exposure: no stand-in is quicker.
      assert.ok(taken <= tookMs / 100, `${taken} stills`);
      assert.ok(most <= 2, `${most} programs with a camera each`);
    });
  });

  it('a hundred snapshots at a time of a camera that nobody watches are two stills, and each is answered', {
    timeout,
  }, async (t) => {
    await attack(t, async () => {
      await rig.pair.untilStatus(0, 'is idle', ({ state }) => state === 'idle');
      const before = starts('rpicam-still');

      const asked = Array.from({ length: 100 }, async (_, number) => {
        const response = await rig.snapshot(number % 2 === 0 ? '?fresh=1' : `?x=${number}`);
        if (response.status !== 200) assert.match(response.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
        await response.arrayBuffer();
        return response.status;
      });

      assert.deepEqual([...new Set(await Promise.all(asked))], [200]);
      const stills = starts('rpicam-still') - before;
      // One more when the last of the hundred came after the first still.
      assert.ok(stills >= 1 && stills <= 3, `${stills} stills`);
    });
  });

  it('a full still in a loop interrupts who watches once in 30 s', { timeout }, async (t) => {
    await using viewer = await rig.watch(0);
    await viewer.next('a live picture', isLive);
    await attack(t, async () => {
      const before = (await rig.pair.status(0)).restarts.byCause['full still'] ?? 0;
      using mad = await attacker();
      for (let count = 0; count < 80; count++) {
        mad.call('still', { camera: 'cam0', full: true, notBeforeMs: 0 });
        await sleep(100);
      }
      const interruptions = ((await rig.pair.status(0)).restarts.byCause['full still'] ?? 0) - before;
      assert.ok(interruptions <= 1, `${interruptions} interruptions`);
    });
  });

  it('a thousand leases opened and closed start the camera once, for it lingers', { timeout }, async (t) => {
    await attack(t, async () => {
      const before = starts('rpicam-vid');
      const beganMs = performance.now();
      for (let wave = 0; wave < 10; wave++) {
        const attackers = await Promise.all(Array.from({ length: 8 }, attacker));
        for (const each of attackers) {
          for (let count = 0; count < 13; count++) {
            each.call('lease.open', { camera: 'cam0', viewers: count });
            each.call('lease.close', { camera: 'cam0' });
          }
        }
        await sleep(300);
        for (const each of attackers) each[Symbol.dispose]();
      }
      const tookMs = performance.now() - beganMs;
      await rig.pair.untilStatus(0, 'is idle again', ({ state, leases }) => state === 'idle' && leases === 0);
      const started = starts('rpicam-vid') - before;
      t.diagnostic(`measured: ${started} starts in ${(tookMs / 1000).toFixed(1)} s`);
      // Between two starts it has lingered without any lease.
      assert.ok(started >= 1 && started <= 1 + tookMs / LINGER_MS, `${started} starts`);
    });
  });

  it('floods, half lines and notifications that nobody reads cost nothing', { timeout }, async (t) => {
    await attack(t, async () => {
      const attackers = await Promise.all(Array.from({ length: 9 }, attacker));
      const [floods, deaf, half] = [attackers.slice(0, 3), attackers.slice(3, 6), attackers.slice(6, 9)];
      for (const each of deaf) {
        each.socket.pause();
        each.call('lease.open', { camera: 'cam0', viewers: 1 });
        each.call('lease.open', { camera: 'cam1', viewers: 1 });
      }
      for (const each of half) {
        each.call('lease.open', { camera: 'cam0', viewers: 1 });
        each.send('{"jsonrpc":"2.0","id":1,"method":"auto');
      }
      for (let round = 0; round < 1_000; round++) for (const each of floods) each.call('status');
      await waitFor('the floods to be cut', () => floods.every(({ isClosed }) => isClosed));
      // Neither answers a ping: the deaf do not hear it, and who is in the middle of a line cannot.
      await rig.pair.untilStatus(0, 'has no lease left', ({ leases }) => leases === 0);
      await rig.pair.untilStatus(1, 'has the lease of the real web side', ({ leases }) => leases === 1);
      for (const each of attackers) each[Symbol.dispose]();
      await rig.pair.untilStatus(0, 'is idle again', ({ leases, state }) => leases === 0 && state === 'idle');
    });
  });
});

/** Pauses between live pictures that a visitor would notice. @param sinceMs performance.now() */
function darkTimes(
  seen: readonly { readonly kind: string; readonly timestamp: string | undefined; readonly receivedMs: number }[],
  sinceMs: number,
): number[] {
  const times: number[] = [];
  let last = { timestamp: '', receivedMs: sinceMs };
  for (const { kind, timestamp = '', receivedMs } of seen) {
    if (kind !== 'live' || receivedMs < sinceMs || timestamp === last.timestamp) continue;
    if (receivedMs - last.receivedMs > 700) times.push(receivedMs - last.receivedMs);
    last = { timestamp, receivedMs };
  }
  return times;
}
