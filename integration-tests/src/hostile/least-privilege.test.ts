// A taken-over http-service, with the users, groups, modes and mounts of compose.yaml: everything it tries is refused.
// Needs root, to be three users at once, and util-linux. Without root the test says so and is left out; CI is root.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkout } from '@soft-stream/shared/launcher/checkout';
import { freePorts } from '../harness/free-port.ts';

const timeout = 120_000;
const isRoot = process.getuid?.() === 0;
const skip = isRoot || process.env['CI'] ? false : 'needs root, to run capture and the attacker as two other users';

const CAPTURE = '--reuid=1001 --regid=1000 --clear-groups --no-new-privs --bounding-set=-all';
const WEB = '--reuid=1000 --regid=1000 --clear-groups --no-new-privs --bounding-set=-all';
/**
 * In a mount namespace of its own: /dev/shm and the run directory as compose's volumes are made, and read-only for the
 * attacker. $1 = run directory, $2 = node, $3 = capture-service, $4 = attacker
 */
const STAGE = `
set -e
mount -t tmpfs -o size=64m,mode=2750,uid=1001,gid=1000,nodev,nosuid,noexec tmpfs /dev/shm
mount -t tmpfs -o size=1m,mode=2750,uid=1001,gid=1000,nodev,nosuid,noexec tmpfs "$1"
setpriv ${CAPTURE} "$2" "$3" > "$1.log" 2>&1 &
capture=$!
for i in $(seq 300); do grep -q 'capture-service ready' "$1.log" && break; sleep 0.1; done
grep -q 'capture-service ready' "$1.log" || { cat "$1.log" >&2; exit 1; }
frames=$(ls /dev/shm/soft-stream.*.cam0)
state() { stat -c '%i %s %a %u %g' "$frames"; ls "$1" /dev/shm; }
state "$1" > "$1.before"
echo "WRITABLE $(setpriv ${WEB} "$2" "$4" "$frames" "$1" $capture)"
unshare --mount sh -ec '
  mount -o remount,bind,ro /dev/shm 2>/dev/null || mount -o remount,ro /dev/shm
  mount -o remount,bind,ro "$1" 2>/dev/null || true
  echo "READONLY $(setpriv ${WEB} "$2" "$4" "$5" "$1" $6)"' stage "$1" "$2" "$3" "$4" "$frames" $capture
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
const REFUSALS = ['EACCES', 'EPERM', 'EROFS', 'EINVAL', 'EBADF'];

test('a taken-over http-service can read frames and ask the broker, and nothing else', { timeout, skip }, async () => {
  const runDir = mkdtempSync(join(tmpdir(), 'soft-stream-privilege-'));
  const [port = 0] = await freePorts(1);
  const attacker = fileURLToPath(new URL('taken-over-web.js', import.meta.url));
  const recording = fileURLToPath(new URL('../../recordings/cam0', import.meta.url));
  chownSync(runDir, 1001, 1000);
  chmodSync(runDir, 0o2750);
  try {
    const stage = spawn(
      'unshare',
      ['--mount', 'bash', '-c', STAGE, 'stage', runDir, process.execPath, checkout.capture, attacker],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          SOFT_STREAM_RUN_DIR: runDir,
          cam0_driver: 'recorded',
          cam0_recording: recording,
          cam0_port: String(port),
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
      assert.ok(Object.keys(outcomes).length > 30);
      for (const [what, outcome] of Object.entries(outcomes)) {
        const allowed = ALLOWED.get(what);
        if (allowed !== undefined) assert.equal(outcome, allowed, `${mount}: ${what}`);
        else assert.ok(REFUSALS.includes(outcome), `${mount}: ${what}: ${outcome}`);
      }
    }
    assert.ok(lines.includes('ALIVE'));
  } finally {
    for (const ending of ['', '.log', '.before', '.after'])
      rmSync(`${runDir}${ending}`, { recursive: true, force: true });
  }
});
