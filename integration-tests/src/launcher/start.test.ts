import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { demoEnvironment } from '../demo/demo-cameras.ts';
import { openRunDirectory } from '../demo/run-directory.ts';
import { freePorts } from '../harness/free-port.ts';
import { leftoversOf } from '../harness/leftovers.ts';
import { runProgram } from '../harness/run-program.ts';
import { waitFor } from '../harness/wait-for.ts';

const timeout = 120_000;

/** As the script `start` of package.json has it, which npm would give an INIT_CWD of its own. */
const LAUNCHER = ['--', 'launcher/dist/main.js', '--env-file', 'cameras.env'];

/** An environment file for recordings in a run directory of the test's own. */
async function prepare(t: TestContext, extra: Readonly<Record<string, string>> = {}) {
  const runDirectory = await openRunDirectory('soft-stream-start-');
  t.after(() => runDirectory[Symbol.asyncDispose]());
  const ports = await freePorts(2);
  const file = join(runDirectory.path, 'cameras.env');
  const settings = {
    ...demoEnvironment({ cam0_port: `${ports[0]}`, cam1_port: `${ports[1]}` }, runDirectory.path),
    ...extra,
  };
  const lines = Object.entries(settings).filter(([key]) => key.startsWith('cam'));
  await writeFile(file, lines.map(([key, value]) => `${key}="${value}"\n`).join(''));
  const env = { ...process.env, SOFT_STREAM_RUN_DIR: runDirectory.path };
  return { runDir: runDirectory.path, file, env, ports };
}

test('npm start runs the pair from an environment file, and ends in order on SIGTERM to npm', {
  timeout,
}, async (t) => {
  const { runDir, file, env, ports } = await prepare(t);
  const npm = spawn('npm', ['start', '--', '--env-file', file], {
    cwd: checkout.root,
    env,
    stdio: 'ignore',
    detached: true,
  });
  t.after(() => stopGroup(npm));
  const ended = new Promise<number | null>((resolve) => npm.once('close', resolve));

  await waitFor('a page', async () => (await fetch(`http://127.0.0.1:${ports[0]}/healthz`)).ok, { timeoutMs: 60_000 });
  const status = await runProgram('npm', ['run', '-s', 'camctl', '--', 'status', '--json'], {
    cwd: checkout.root,
    env,
  });
  npm.kill('SIGTERM');
  await ended;

  assert.equal(status.code, 0, status.stderr);
  assert.equal(JSON.parse(status.stdout).cameras.length, 2);
  await waitFor('nothing to be left', async () => (await leftoversOf(runDir)).length === 0);
});

test('npm start ends with 78 on a wrong configuration, tells it once, and leaves nothing running', {
  timeout,
}, async (t) => {
  const { runDir, file, env } = await prepare(t, { cam0_fps: 'many' });

  const { code, stderr, stdout } = await runProgram('npm', ['start', '--', '--env-file', file], {
    cwd: checkout.root,
    env,
  });

  assert.equal(code, 78);
  assert.equal((stdout + stderr).match(/cam0_fps/g)?.length, 1);
  assert.deepEqual(await leftoversOf(runDir), []);
});

test("npm start ends with capture-service's code when a recording is missing, and stops http-service", {
  timeout,
}, async (t) => {
  const { runDir, file, env } = await prepare(t, { cam0_recording: '/nowhere/at/all' });

  const { code, stderr, stdout } = await runProgram('npm', ['start', '--', '--env-file', file], {
    cwd: checkout.root,
    env,
  });

  assert.equal(code, 78, stdout + stderr);
  assert.match(stdout + stderr, /nowhere/);
  assert.deepEqual(await leftoversOf(runDir), []);
});

test('a relative --env-file is looked for where npm was called', { timeout }, async (t) => {
  const { file, env } = await prepare(t, { cam0_fps: 'many' });
  const caller = join(file, '..');
  const inPlace = { ...env, INIT_CWD: caller };

  const { code, stderr } = await runProgram(process.execPath, LAUNCHER, { cwd: checkout.root, env: inPlace });
  await rm(file);
  const missing = await runProgram(process.execPath, LAUNCHER, {
    cwd: checkout.root,
    env: inPlace,
  });

  assert.equal(code, 78);
  assert.match(stderr, /cam0_fps/);
  assert.notEqual(missing.code, 0);
  assert.match(missing.stderr, /cameras\.env/);
});

function stopGroup(npm: ChildProcess): void {
  if (npm.exitCode !== null || npm.signalCode !== null || npm.pid === undefined) return;
  process.kill(-npm.pid, 'SIGKILL');
}
