// The machine around the services: memory, files, descriptors, clock, kernel, disks. Each shortage is reported and survived.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { startService } from '@soft-stream/launcher/service-process';
import { runProgram } from '../harness/run-program.ts';
import { waitFor } from '../harness/wait-for.ts';
import { buildImitations } from './imitations.ts';
import { heldAfter, kindsSeen, liveAfter, logged, longestGapMs, measured } from './observe.ts';
import { startRig } from './rig.ts';

const limit = { timeout: 120_000 };
const UNSHARE = ['--user', '--map-root-user', '--mount', 'sh', '-c'];
const mayMount = spawnSync('unshare', [...UNSHARE, 'mount -t tmpfs tmpfs /mnt']).status === 0;
const noMounts = mayMount ? false : 'this machine does not let us mount in a user namespace';
const noPrlimit = spawnSync('prlimit', ['--version']).status === 0 ? false : 'prlimit (util-linux) is missing';
const noCompiler = spawnSync('cc', ['--version']).status === 0 ? false : 'there is no C compiler';
const DAY_S = 86_400;

/** The soft limit of open files of a running process. */
function limitFiles(pid: number, files: number): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--nofile=${files}:`], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

describe('the machine', { concurrency: 3 }, () => {
  test('too little /dev/shm: exit 78 with both figures and the option', { ...limit, skip: noMounts }, async (t) => {
    await using rig = await startRig({ start: [] });
    const startMs = performance.now();
    const script = 'mount -t tmpfs -o size=4m tmpfs /dev/shm && exec "$0" "$1"';
    const { code, stderr } = await runProgram('unshare', [...UNSHARE, script, process.execPath, checkout.capture], {
      env: rig.pair.env,
    });

    measured(t, '/dev/shm too small: until it says so and ends', performance.now() - startMs);
    assert.equal(code, 78, stderr);
    assert.match(stderr, /frames need 12\.\d MiB of \/dev\/shm and 4\.0 MiB are free: raise the size= option/);
    assert.deepEqual(
      readdirSync(rig.pair.runDir, { recursive: true }).filter((name) => /sock/.test(String(name))),
      [],
    );
  });

  test('a run directory without space or right to write: exit 78 that names it', {
    ...limit,
    skip: noMounts,
  }, async () => {
    await using rig = await startRig({ start: [] });
    const runDir = rig.pair.runDir;
    const script = (options: string) => `mount -t tmpfs -o ${options} tmpfs '${runDir}' && exec "$0" "$1"`;
    const run = (options: string) =>
      runProgram('unshare', [...UNSHARE, script(options), process.execPath, checkout.capture], { env: rig.pair.env });

    const full = await run('size=64k,nr_inodes=1');
    const readOnly = await run('ro');

    assert.deepEqual([full.code, readOnly.code], [78, 78], full.stderr + readOnly.stderr);
    assert.match(full.stderr, /no space is left.*SOFT_STREAM_RUN_DIR/);
    assert.match(readOnly.stderr, /read-only.*SOFT_STREAM_RUN_DIR/);
  });

  test('a run directory of somebody else: exit 78 that names it', limit, async (t) => {
    await using rig = await startRig({ start: [] });
    if (process.getuid?.() !== 0) return t.skip('only root can become somebody else');
    const folder = join(rig.pair.runDir, 'foreign');
    mkdirSync(folder, { mode: 0o755 });
    chmodSync(rig.pair.runDir, 0o755);
    const env = { ...rig.pair.env, SOFT_STREAM_RUN_DIR: folder };
    const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const { code, stderr } = await runProgram('setpriv', [...nobody, process.execPath, checkout.capture], { env });

    assert.equal(code, 78, stderr);
    assert.match(stderr, /permission denied.*SOFT_STREAM_RUN_DIR/);
  });

  test('capture has no descriptors left: the camera fails with the reason, and starts when there are some', {
    ...limit,
    skip: noPrlimit,
  }, async (t) => {
    await using rig = await startRig();
    const { pid } = rig.pair.capture;
    limitFiles(pid, openFiles(pid));
    await using viewer = await rig.watch();
    const status = await rig.untilStatus('to have failed', (seen) => seen.state === 'failed');
    assert.match(status.cause ?? '', /EMFILE|EAGAIN|did not start|EBADF/);

    const mendedMs = performance.now();
    limitFiles(pid, 1_024);
    await liveAfter(viewer, mendedMs);

    measured(t, 'capture without descriptors: from their return to live', performance.now() - mendedMs);
    assert.equal(kindsSeen(viewer), 'placeholder live');
  });

  test('http has no descriptors left: who watches goes on, who comes later is served when there are some', {
    ...limit,
    skip: noPrlimit,
  }, async (t) => {
    await using rig = await startRig();
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
    const { pid } = rig.pair.http;
    limitFiles(pid, 3);

    const refused = await new Promise<string>((resolve) => {
      const asked = request(rig.pair.url(0, '/healthz'), { agent: false, timeout: 3_000 }, (response) => {
        response.resume();
        resolve(`answered ${response.statusCode}`);
      });
      asked.on('timeout', () => asked.destroy(new Error('no answer')));
      asked.on('error', (error) => resolve(error.message));
      asked.end();
    });
    await liveAfter(viewer, performance.now());
    const mendedMs = performance.now();
    limitFiles(pid, 1_024);
    await waitFor('an answer', async () => (await fetch(rig.pair.url(0, '/healthz'))).ok);

    measured(t, 'http without descriptors: from their return to an answer', performance.now() - mendedMs);
    t.diagnostic(`meanwhile a newcomer got: ${refused}`);
    assert.equal(kindsSeen(viewer).includes('held'), false);
    assert.equal(rig.pair.http.end, undefined);
  });

  test('the wall clock jumps by a day, forward and back: nobody notices', { ...limit, skip: noCompiler }, async (t) => {
    using imitations = buildImitations();
    assert.ok(imitations);
    // Long enough for a start on a busy machine, short enough to see it act below.
    await using rig = await startRig({ env: { ...imitations.env, cam0_watchdog_timeout: '6' } });
    await using viewer = await rig.watch();
    await liveAfter(viewer, 0);
    const fromMs = performance.now();

    for (const seconds of [DAY_S, -DAY_S, 0]) {
      imitations.setWallClock(seconds);
      const jumpedMs = performance.now();
      const part = await viewer.next('a picture of the new time', (each) => {
        const offsetS = Number(each.timestamp) - Date.now() / 1_000;
        return each.kind === 'live' && Math.abs(offsetS - seconds) < 60;
      });
      measured(t, `wall clock ${seconds} s: until pictures carry the new time`, part.receivedMs - jumpedMs);
      const response = await rig.snapshot();
      assert.equal(response.status, 200);
      await liveAfter(viewer, jumpedMs + 1_000);
    }

    measured(t, 'wall clock jumps: longest gap between live frames', longestGapMs(viewer, fromMs));
    assert.equal(kindsSeen(viewer).includes('held'), false, kindsSeen(viewer));
    assert.deepEqual((await rig.status()).restarts, { total: 0, failed: 0, byCause: {} });

    // Held and retried on the monotonic clock too.
    rig.pi.setFaults('imx219', { stall: true });
    await heldAfter(viewer, performance.now());
    imitations.setWallClock(-DAY_S);
    await rig.untilStatus('to restart', (seen) => seen.restarts.total > 0);
    rig.pi.setFaults('imx219', {});
    await liveAfter(viewer, performance.now());
  });

  test('a camera program in state D: reported as stuck, retried, other camera unharmed', {
    ...limit,
    skip: noCompiler,
  }, async (t) => {
    using imitations = buildImitations();
    assert.ok(imitations);
    await using rig = await startRig({
      models: ['imx219', 'imx708'],
      faults: { ignoreSignals: true },
      env: imitations.env,
    });
    await using stuck = await rig.watch(0);
    await using well = await rig.watch(1);
    await Promise.all([liveAfter(stuck, 0), liveAfter(well, 0)]);

    imitations.setUnkillable(true);
    const brokenMs = performance.now();
    rig.pi.setFaults('imx219', { ignoreSignals: true, stall: true });
    const status = await rig.untilStatus('to report it', (seen) => /reboot needed/.test(seen.cause ?? ''));
    measured(t, 'state D: until it is reported', performance.now() - brokenMs);
    const toldMs = performance.now();
    await liveAfter(well, toldMs);
    imitations.setUnkillable(false);
    for (const pid of rig.programs()) {
      if (pid === status.pid || pid !== (await rig.status(1)).pid) process.kill(pid, 'SIGKILL');
    }
    rig.pi.setFaults('imx219', {});
    const mendedMs = performance.now();
    await liveAfter(stuck, mendedMs);

    measured(t, 'state D: from its end to live', performance.now() - mendedMs);
    assert.equal(status.state, 'failed');
    await logged(rig.pair.capture.log, 'rpicam-vid cannot be killed: reboot needed');
    assert.equal(kindsSeen(well).includes('held'), false);
  });

  test('nobody reads the log any more: both services go on', limit, async () => {
    await using rig = await startRig();
    rig.pair.capture.closeOutput();
    rig.pair.http.closeOutput();
    for (let round = 0; round < 3; round++) {
      const viewer = await rig.watch();
      await liveAfter(viewer, 0);
      await viewer.leave();
      await rig.untilStatus('to rest', (seen) => seen.state === 'idle');
    }

    assert.equal((await rig.snapshot()).status, 200);
    assert.deepEqual([rig.pair.capture.end, rig.pair.http.end], [undefined, undefined]);
  });

  test('the log goes to a full disk: capture goes on', limit, async () => {
    await using rig = await startRig({ start: ['http'] });
    const full = openSync('/dev/full', 'w');
    const capture = startService({
      name: 'capture-service',
      entry: checkout.capture,
      args: [],
      env: rig.pair.env,
      stdio: ['ignore', full, 'ignore'],
    });
    closeSync(full);
    try {
      await using viewer = await rig.watch();
      await liveAfter(viewer, 0);
      assert.equal(capture.end, undefined);
    } finally {
      await capture.stop(10_000);
    }
    assert.deepEqual(capture.end, { code: 0, signal: null });
  });

  test(
    'the run directory is removed under running services: streams go on, a restart makes it anew',
    limit,
    async (t) => {
      await using rig = await startRig();
      await using viewer = await rig.watch();
      await liveAfter(viewer, 0);
      rmSync(rig.pair.runDir, { recursive: true });
      await liveAfter(viewer, performance.now() + 1_000);

      await rig.pair.capture.stop();
      await rig.pair.http.stop();
      // The services have made it anew themselves; where its parent is root's, systemd or the owner does.
      mkdirSync(rig.pair.runDir, { recursive: true });
      const startMs = performance.now();
      await rig.pair.startCapture();
      await rig.pair.startHttp();
      await using next = await rig.watch();
      await liveAfter(next, startMs);

      measured(t, 'run directory removed: from restarting both to live', performance.now() - startMs);
    },
  );
});
