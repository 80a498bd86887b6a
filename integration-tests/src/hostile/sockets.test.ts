// A web side that has gone mad, on broker.sock: whoever watches through the real one loses no picture, and capture
// neither grows nor fills the journal.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Pair, startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type Attacker, connectAttacker } from './broker-attacker.ts';
import { cpuMs, MIB, openDescriptors, residentBytes } from './process-cost.ts';
import { startWatcher, type Watcher } from './undisturbed.ts';

const timeout = 120_000;
const FPS = 10;
/** What capture may grow by for any attack: its own heap's ups and downs included. */
const MAY_GROW_BYTES = 48 * MIB;
/** Of CPU in the time of an attack and the peace before and after it. */
const MAY_TAKE_CORES = 0.3;
/** Log lines that one attack of some seconds may cost. */
const MAY_LOG_LINES = 60;

let pair: Pair;
let watcher: Watcher;
let residentBefore: number;

before(
  async () => {
    pair = await startPair({ env: { cam0_fps: String(FPS), cam1_fps: String(FPS), log_level: 'info' } });
    watcher = await startWatcher(pair.url(0, '/stream.mjpg'), FPS);
    await sleep(2_000);
    residentBefore = residentBytes(pair.capture.pid);
  },
  { timeout },
);

after(
  async () => {
    const failures = pair.capture.log.lines.filter(({ level }) => ['error', 'fatal', 'raw'].includes(level));
    await watcher[Symbol.asyncDispose]();
    await pair[Symbol.asyncDispose]();
    assert.deepEqual(failures, []);
  },
  { timeout },
);

const attacker = () => connectAttacker(pair.runDir);

async function untilClosed(...attackers: readonly Attacker[]): Promise<void> {
  await waitFor('the connections to be closed', () => attackers.every(({ isClosed }) => isClosed));
}

/** Runs one attack and asserts that it was worth nothing. */
async function attack(t: { diagnostic(text: string): void }, run: () => Promise<void>): Promise<void> {
  const linesBefore = pair.capture.log.lines.length;
  const cpuBeforeMs = cpuMs(pair.capture.pid);
  const beforeMs = performance.now();
  const report = await watcher.undisturbedBy(run);
  const cores = (cpuMs(pair.capture.pid) - cpuBeforeMs) / (performance.now() - beforeMs);
  const grown = residentBytes(pair.capture.pid) - residentBefore;
  t.diagnostic(`measured: ${report}; ${(grown / MIB).toFixed(1)} MiB more, ${cores.toFixed(2)} cores`);
  assert.ok(cores < MAY_TAKE_CORES, `${cores.toFixed(2)} cores`);
  assert.ok(grown < MAY_GROW_BYTES, `capture has grown by ${(grown / MIB).toFixed(0)} MiB`);
  const lines = pair.capture.log.lines.length - linesBefore;
  assert.ok(lines < MAY_LOG_LINES, `${lines} log lines, the last: ${JSON.stringify(pair.capture.log.lines.at(-1))}`);
}

describe('hostile web side', { timeout }, () => {
  it('a flood of requests on eight connections is refused, then cut', { timeout }, async (t) => {
    await attack(t, async () => {
      // What a connection was told before it was cut is lost when its own requests were still on their way.
      using warned = await attacker();
      for (let round = 0; round < 300; round++) warned.call('status');
      await waitFor('refusals', () => (warned.text.match(/retryAfterMs/g) ?? []).length >= 100);

      const attackers = await Promise.all(Array.from({ length: 8 }, attacker));
      for (let round = 0; round < 1_000; round++) for (const each of attackers) each.call('status');
      await untilClosed(...attackers);
      assert.equal(warned.isClosed, false, 'who asks too much once is not cut');
    });
  });

  it('a thousand leases are one, for cameras that are there', { timeout }, async (t) => {
    await attack(t, async () => {
      using many = await attacker();
      for (let count = 0; count < 150; count++) many.call('lease.open', { camera: 'cam1', viewers: count % 100 });
      using strange = await attacker();
      for (const camera of ['cam7', '../cam0', '', '__proto__', 'cam0\0', 'x'.repeat(10_000), 7, null, {}, ['cam0']]) {
        strange.call('lease.open', { camera, viewers: 1 });
      }
      for (const viewers of [-1, 1.5, 1e9, '1', null, Number.MAX_SAFE_INTEGER]) {
        strange.call('lease.open', { camera: 'cam1', viewers });
      }
      await waitFor('all strange leases to be refused', () => (strange.text.match(/"error"/g) ?? []).length === 16);

      assert.equal((await pair.status(1)).leases, 1);
      many[Symbol.dispose]();
      strange[Symbol.dispose]();
      await pair.untilStatus(1, 'has no lease left', ({ leases }) => leases === 0);
      assert.equal((await pair.status(0)).leases, 1, 'the lease of the real web side is untouched');
    });
  });

  it('stills and focus cycles in a loop on both cameras are bounded', { timeout }, async (t) => {
    await attack(t, async () => {
      const attackers = await Promise.all(Array.from({ length: 4 }, attacker));
      const looping = setInterval(() => {
        for (const each of attackers) {
          for (const camera of ['cam0', 'cam1']) {
            each.call('still', { camera, full: false, notBeforeMs: 0 });
            each.call('still', { camera, full: false, notBeforeMs: Number.MAX_SAFE_INTEGER });
            each.call('autofocus', { camera });
          }
        }
      }, 20);
      await sleep(3_000);
      clearInterval(looping);
      for (const each of attackers) each[Symbol.dispose]();
      await waitFor('the last still to end', async () => (await pair.status(1)).state === 'idle', {
        timeoutMs: 30_000,
      });
    });
  });

  it('one that takes leases and reads nothing, not even its pings, loses both and its connection', {
    timeout,
  }, async (t) => {
    await attack(t, async () => {
      const deaf = await Promise.all(Array.from({ length: 6 }, attacker));
      for (const each of deaf) {
        each.socket.pause();
        each.call('lease.open', { camera: 'cam0', viewers: 1 });
        each.call('lease.open', { camera: 'cam1', viewers: 1 });
      }
      await pair.untilStatus(1, 'has the leases', ({ leases }) => leases === 6);
      await pair.untilStatus(1, 'has lost them', ({ leases }) => leases === 0);
      for (const each of deaf) each[Symbol.dispose]();
    });
  });

  it('half a line, garbage, lines of 10 MB, deep JSON and JSON that is no message are survived', {
    timeout,
  }, async (t) => {
    await attack(t, async () => {
      using half = await attacker();
      half.send('{"jsonrpc":"2.0","id":1,"method":"sta');
      using endless = await attacker();
      for (let count = 0; count < 100; count++) endless.send('a'.repeat(100_000));
      using binary = await attacker();
      for (let count = 0; count < 50; count++) binary.send(randomBytes(20_000));
      using deep = await attacker();
      deep.send(`${'['.repeat(60_000)}\n${'{"a":'.repeat(10_000)}\n`);
      using odd = await attacker();
      const prototype = '{"__proto__":{"camera":"cam0"}}';
      for (const line of [
        '',
        ' ',
        'null',
        '[]',
        '0',
        '{}',
        '"x"',
        '[1,2]',
        '{"jsonrpc":"2.0"}',
        '\xff\xfe',
        prototype,
      ]) {
        odd.send(Buffer.from(`${line}\n`, 'latin1'));
      }
      odd.send(`{"jsonrpc":"2.0","id":1,"method":"still","params":${prototype}}\n`);
      for (const method of [
        'stop',
        'restart',
        'start',
        'auto',
        'doctor',
        'rescan',
        'toString',
        '__proto__',
        'constructor',
      ]) {
        odd.call(method, { camera: 'cam0' });
      }
      await untilClosed(endless, binary);
      await waitFor("the operator's methods to be unknown", () => (odd.text.match(/-32601/g) ?? []).length === 9);
      assert.doesNotMatch(odd.text, /node_modules|\.js:|soft-stream-test/);
      assert.equal(half.isClosed, false, 'half a line may become a whole one');
    });
  });

  it('connections by the thousand, one after the other and all at once, leave nothing behind', {
    timeout,
  }, async (t) => {
    const before = openDescriptors(pair.capture.pid);
    await attack(t, async () => {
      for (let wave = 0; wave < 20; wave++) {
        const attackers = await Promise.all(Array.from({ length: 50 }, attacker));
        for (const each of attackers) each.call('lease.open', { camera: 'cam0', viewers: 1 });
        for (const each of attackers) each[Symbol.dispose]();
      }
      await waitFor('descriptors to be as before', () => openDescriptors(pair.capture.pid) <= before);
    });
    await pair.untilStatus(0, 'has one lease', ({ leases }) => leases === 1);
  });

  it('two hundred connections that each give a reason for a warning do not fill the journal', {
    timeout,
  }, async (t) => {
    await attack(t, async () => {
      for (let count = 0; count < 200; count++) {
        using rude = await attacker();
        rude.send('a'.repeat(70_000));
        await untilClosed(rude);
      }
    });
  });

  it('while every place is taken the real web side stays connected, and the operator gets through', {
    timeout,
  }, async (t) => {
    await attack(t, async () => {
      const attackers = await Promise.all(Array.from({ length: 40 }, attacker));
      assert.equal((await pair.camctl('status')).code, 0);
      for (const each of attackers) each[Symbol.dispose]();
    });
  });
});
