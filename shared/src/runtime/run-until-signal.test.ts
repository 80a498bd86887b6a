import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';

const options = { timeout: 30_000 };
const url = new URL('./run-until-signal.js', import.meta.url);

/** A service whose orderly end takes for ever when `hangs`. */
async function startService(hangs: boolean) {
  const program = `
    import { runUntilSignal } from '${url}';
    const ended = runUntilSignal();
    const alive = setInterval(() => {}, 1000);
    process.stdout.write('ready\\n');
    process.stdout.write(await ended + '\\n');
    ${hangs ? '' : 'clearInterval(alive);'}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8');
  await once(child.stdout, 'data');
  return child;
}

describe('run until signal', options, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`${signal} is the end, in order, with exit code 0`, options, async () => {
      const child = await startService(false);

      const said = once(child.stdout, 'data');
      const ended = once(child, 'exit');
      child.kill(signal);

      assert.deepEqual(await said, [`${signal}\n`]);
      assert.deepEqual(await ended, [0, null]);
    });
  }

  it('a second signal ends a service that hangs, with 128 + its number', options, async () => {
    const child = await startService(true);

    const said = once(child.stdout, 'data');
    child.kill('SIGTERM');
    await said;
    const ended = once(child, 'exit');
    child.kill('SIGINT');

    assert.deepEqual(await ended, [130, null]);
  });
});
