// Too small a tmpfs in earnest: /dev/shm of 1 MiB in a mount namespace of its own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const MOUNT = 'mount -t tmpfs -o size=1m tmpfs /dev/shm';
const mayMount = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', MOUNT]).status === 0;

/** Runs a module there that prints the exit code and message of the error it expects. */
function runWithSmallShm(statement: string) {
  const program = `
    const { openPublisher } = await import('${import.meta.resolve('@soft-stream/shared/frames/publisher')}');
    const { checkSpace } = await import('${import.meta.resolve('@soft-stream/shared/frames/space')}');
    const { readdirSync } = await import('node:fs');
    try { ${statement} } catch (error) {
      process.stdout.write(JSON.stringify({ exitCode: error.exitCode, message: error.message, left: readdirSync('/dev/shm') }));
    }`;
  return spawnSync(
    'unshare',
    [
      '--user',
      '--map-root-user',
      '--mount',
      'sh',
      '-c',
      `${MOUNT} && exec "$0" --input-type=module -e "$1"`,
      process.execPath,
      program,
    ],
    { encoding: 'utf8' },
  );
}

const skip = mayMount ? false : 'this machine does not let us mount in a user namespace';

test('the space check names both figures before anything is made', { timeout: 30_000, skip }, () => {
  const { stdout, signal } = runWithSmallShm('checkSpace(12 * 1024 * 1024)');

  assert.equal(signal, null);
  const { exitCode, message } = JSON.parse(stdout);
  assert.equal(exitCode, 78);
  assert.match(message, /need 12\.0 MiB .* 1\.0 MiB are free/);
});

test('space that went between check and creation is exit 78, no SIGBUS, and nothing is left', {
  timeout: 30_000,
  skip,
}, () => {
  const { stdout, signal } = runWithSmallShm(`
    openPublisher({ objectName: '/soft-stream.small.cam0', controlSocketPath: '/x', streamSlotBytes: 1 << 20, stillSlotBytes: 4096 })`);

  assert.equal(signal, null);
  const { exitCode, message, left } = JSON.parse(stdout);
  assert.equal(exitCode, 78);
  assert.match(message, /need 8\.0 MiB/);
  assert.deepEqual(left, []);
});
