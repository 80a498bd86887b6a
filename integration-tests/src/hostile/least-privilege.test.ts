// A taken-over http-service, with the users, groups, modes and mounts of compose.yaml: everything it tries is refused.
// Needs root, to be three users at once, and util-linux. Without root the test says so and is left out; CI is root.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkout } from '@soft-stream/launcher/checkout';
import { freePorts } from '../harness/free-port.ts';
import { MIB } from './process-cost.ts';

const timeout = 120_000;
const isRoot = process.getuid?.() === 0;
const skip = isRoot || process.env['CI'] ? false : 'needs root, to run capture and the attacker as two other users';

/** Debian's number of group video. */
const VIDEO = 44;
const CAPTURE = `--reuid=1001 --regid=1000 --groups=${VIDEO} --no-new-privs --bounding-set=-all`;
const WEB = '--reuid=1000 --regid=1000 --clear-groups --no-new-privs --bounding-set=-all';
/**
 * In a mount namespace of its own: /dev/shm and the run directory as compose's volumes are made, and read-only for the
 * attacker. Nodes as udev makes them, behind which there is no camera: who may open one gets ENXIO, and the others EACCES.
 * A container of compose.yaml has not even the nodes. $1 = run directory, $2 = node, $3 = capture-service, $4 = attacker,
 * $5 = one that wastes
 */
const STAGE = `
set -e
mount -t tmpfs -o size=64m,mode=2750,uid=1001,gid=1000,nodev,nosuid,noexec tmpfs /dev/shm
mount -t tmpfs -o size=1m,mode=2750,uid=1001,gid=1000,nodev,nosuid,noexec tmpfs "$1"
mount -t tmpfs -o mode=0755 tmpfs "$1.dev"
for node in null zero full random urandom tty; do cp -a /dev/$node "$1.dev/"; done
mkdir "$1.dev/shm" "$1.dev/dma_heap"
mount --bind /dev/shm "$1.dev/shm"
mount --rbind "$1.dev" /dev
mknod /dev/video0 c 81 250; mknod /dev/media0 c 238 250; mknod /dev/v4l-subdev0 c 81 251; mknod /dev/dma_heap/linux,cma c 239 250
chown root:${VIDEO} /dev/video0 /dev/media0 /dev/v4l-subdev0 /dev/dma_heap/linux,cma
chmod 0660 /dev/video0 /dev/media0 /dev/v4l-subdev0 /dev/dma_heap/linux,cma
setpriv ${CAPTURE} "$2" "$3" > "$1.log" 2>&1 &
capture=$!
for i in $(seq 300); do grep -q 'capture-service ready' "$1.log" && break; sleep 0.1; done
grep -q 'capture-service ready' "$1.log" || { cat "$1.log" >&2; exit 1; }
echo "CAPTURE $(setpriv ${CAPTURE} sh -c ': < /dev/video0' 2>&1)"
frames=$(ls /dev/shm/soft-stream.*.cam0)
state() { stat -c '%i %s %a %u %g' "$frames"; ls "$1" /dev/shm; }
state "$1" > "$1.before"
echo "WRITABLE $(setpriv ${WEB} "$2" "$4" "$frames" "$1" $capture)"
unshare --mount sh -ec '
  mount -o remount,bind,ro /dev/shm 2>/dev/null || mount -o remount,ro /dev/shm
  mount -o remount,bind,ro "$1" 2>/dev/null || true
  echo "READONLY $(setpriv ${WEB} "$2" "$4" "$5" "$1" $6)"' stage "$1" "$2" "$3" "$4" "$frames" $capture
cost() { awk '/VmRSS/ { print $2 * 1024 }' /proc/$capture/status; awk '{ print $14 + $15 }' /proc/$capture/stat; }
for time in FIRST SECOND; do
  before=$(cost)
  echo "$time $(setpriv ${WEB} "$2" "$5" "$1")"
  echo "COST-$time" $before $(cost)
done
state "$1" > "$1.after"
cmp "$1.before" "$1.after"
kill -0 $capture && echo "ALIVE"
kill $capture; wait $capture || true
`;
/** What http-service is meant to do. */
const ALLOWED = new Map([
  ['read the frames', 'SSFRAMES'],
  ['connect to the broker', 'done'],
]);
/** As wasteful-web.ts prints it. */
interface Wasted {
  readonly tookMs: number;
  readonly connections: number;
  readonly offeredBytes: number;
  readonly framesMeanwhile: number;
}
const FPS = 10;
/** USER_HZ: the same on every architecture. */
const TICK_MS = 10;
const REFUSALS = ['EACCES', 'EPERM', 'EROFS', 'EINVAL', 'EBADF', 'EADDRINUSE'];

test('a taken-over http-service can read frames and ask the broker, and nothing else', { timeout, skip }, async (t) => {
  const runDir = mkdtempSync(join(tmpdir(), 'soft-stream-privilege-'));
  const [port = 0] = await freePorts(1);
  const attacker = fileURLToPath(new URL('taken-over-web.js', import.meta.url));
  const waster = fileURLToPath(new URL('wasteful-web.js', import.meta.url));
  const recording = fileURLToPath(new URL('../../recordings/cam0', import.meta.url));
  mkdirSync(`${runDir}.dev`);
  chownSync(runDir, 1001, 1000);
  chmodSync(runDir, 0o2750);
  try {
    const stage = spawn(
      'unshare',
      ['--mount', 'bash', '-c', STAGE, 'stage', runDir, process.execPath, checkout.capture, attacker, waster],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          SOFT_STREAM_RUN_DIR: runDir,
          cam0_driver: 'recorded',
          cam0_recording: recording,
          cam0_port: String(port),
          cam0_fps: String(FPS),
          log_format: 'json',
        },
      },
    );
    const lines: string[] = [];
    let errors = '';
    createInterface({ input: stage.stdout }).on('line', (line) => lines.push(line));
    stage.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    const [code] = await once(stage, 'close');

    assert.equal(code, 0, `${errors}\n${lines.join('\n')}`);
    // Once with folders that would be writable if the modes were wrong, once as compose mounts them.
    for (const mount of ['WRITABLE', 'READONLY']) {
      const line = lines.find((each) => each.startsWith(mount));
      const outcomes = JSON.parse(line?.slice(mount.length) ?? '{}') as Record<string, string>;
      assert.ok(Object.keys(outcomes).length > 45);
      for (const [what, outcome] of Object.entries(outcomes)) {
        const allowed = ALLOWED.get(what);
        if (allowed !== undefined) assert.equal(outcome, allowed, `${mount}: ${what}`);
        else assert.ok(REFUSALS.includes(outcome), `${mount}: ${what}: ${outcome}`);
      }
    }
    assert.match(
      lines.find((line) => line.startsWith('CAPTURE')) ?? '',
      /No such device/,
      'capture may open the nodes',
    );

    // The first time the heap takes what it needs under load; what grows the second time would grow for ever.
    for (const [time, mayGrow] of [
      ['FIRST', 64],
      ['SECOND', 24],
    ] as const) {
      const wasted = JSON.parse(lines.find((line) => line.startsWith(time))?.slice(time.length) ?? '{}') as Wasted;
      const cost = lines.find((line) => line.startsWith(`COST-${time}`))?.split(' ');
      const [rssBefore = 0, ticksBefore = 0, rssAfter = 0, ticksAfter = 0] = cost?.slice(1).map(Number) ?? [];
      const grown = (rssAfter - rssBefore) / MIB;
      const cores = ((ticksAfter - ticksBefore) * TICK_MS) / wasted.tookMs;
      t.diagnostic(
        `measured: ${wasted.connections} connections in ${wasted.tookMs} ms: capture has grown by ${grown.toFixed(1)} MiB and took ${cores.toFixed(2)} cores, ${wasted.framesMeanwhile} frames meanwhile`,
      );
      assert.ok(wasted.offeredBytes > 10 * MIB && wasted.connections > 100, 'the attempt was in earnest');
      assert.ok(grown < mayGrow, `capture has grown by ${grown.toFixed(1)} MiB`);
      assert.ok(cores < 0.6, `capture took ${cores.toFixed(2)} cores`);
      const share = wasted.framesMeanwhile / ((wasted.tookMs / 1_000) * FPS);
      assert.ok(share > 0.9, `${(100 * share).toFixed(0)} % of the frames meanwhile`);
    }
    assert.ok(lines.includes('ALIVE'));
  } finally {
    for (const ending of ['', '.dev', '.log', '.before', '.after'])
      rmSync(`${runDir}${ending}`, { recursive: true, force: true });
  }
});
