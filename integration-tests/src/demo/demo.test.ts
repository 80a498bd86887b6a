import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { freePorts } from '../harness/free-port.ts';
import { leftoversOf, processesOf } from '../harness/leftovers.ts';
import { runProgram } from '../harness/run-program.ts';
import { waitFor } from '../harness/wait-for.ts';
import { isLive, watch } from '../viewer/watch.ts';

const timeout = 120_000;

interface RunningDemo {
  readonly child: ChildProcess;
  readonly ports: readonly number[];
  readonly runDir: string;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  output(): string;
}

/** As a person starts it, through npm; in a process group of its own, so that its whole group can be given Ctrl-C. */
async function startDemo(t: TestContext, ports?: readonly number[]): Promise<RunningDemo> {
  const [port0 = 0, port1 = 0] = ports ?? (await freePorts(2));
  const env = { ...process.env, cam0_port: String(port0), cam1_port: String(port1), wall: '0' };
  const child = spawn('npm', ['run', 'demo'], {
    cwd: checkout.root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr] as Readable[])
    stream.setEncoding('utf8').on('data', (piece) => (text += piece));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) interrupt(child);
    await ended;
  });
  const runDir = await waitFor(
    'the demo to print its run directory',
    () => {
      if (child.exitCode !== null) throw new Error(`the demo ended:\n${text}`);
      return /run directory +(\S+)/.exec(text)?.[1];
    },
    { timeoutMs: 60_000 },
  );
  return { child, ports: [port0, port1], runDir, ended, output: () => text };
}

/** Ctrl-C: the terminal sends SIGINT to every process of the foreground group. */
function interrupt(child: ChildProcess): void {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
}

test('the demo prints where to look and shows live frames; Ctrl-C leaves nothing; it starts a second time', {
  timeout,
}, async (t) => {
  const first = await startDemo(t);
  const viewer = await watch(`http://127.0.0.1:${first.ports[0]}/stream.mjpg`);
  await viewer.next('a live frame', isLive);
  for (const port of first.ports) assert.match(first.output(), new RegExp(`http://127.0.0.1:${port}/`));
  assert.match(first.output(), /Ctrl-C/);
  assert.match(first.output(), /camctl/);

  interrupt(first.child);
  const end = await first.ended;
  await viewer.leave();

  assert.deepEqual(end, { code: 0, signal: null }, first.output());
  assert.deepEqual(await leftoversOf(first.runDir), []);
  assert.equal(existsSync(dirname(first.runDir)), false, 'the run directory is gone');
  const second = await startDemo(t, first.ports);
  await using again = await watch(`http://127.0.0.1:${second.ports[1]}/stream.mjpg`);
  await again.next('a live frame', isLive);
});

test('a taken port is reported before anything starts: its number, how to choose another, exit code 69', {
  timeout,
}, async (t) => {
  const [port0 = 0, port1 = 0] = await freePorts(2);
  const squatter = createServer().listen(port1, '127.0.0.1');
  await once(squatter, 'listening');
  t.after(() => squatter.close());
  const env = { ...process.env, cam0_port: String(port0), cam1_port: String(port1), wall: '0' };

  const { code, stderr, stdout } = await runProgram('npm', ['run', 'demo'], { cwd: checkout.root, env });

  assert.equal(code, 69);
  assert.match(stderr, new RegExp(`port ${port1} .*taken`));
  assert.match(stderr, /cam1_port=\d+ npm run demo/);
  assert.doesNotMatch(stdout, /run directory/);
});

test('killed without warning, the demo takes its services with it', { timeout }, async (t) => {
  const demo = await startDemo(t);
  t.after(() => rm(dirname(demo.runDir), { recursive: true }));
  assert.equal(processesOf(demo.runDir).length, 2);
  const pid = await childPid(demo.child);

  process.kill(pid, 'SIGKILL');
  await demo.ended;

  await waitFor('both services to be gone', async () => (await leftoversOf(demo.runDir)).length === 0);
});

test('a service that is killed is started again by the launcher', { timeout }, async (t) => {
  const demo = await startDemo(t);
  await using viewer = await watch(`http://127.0.0.1:${demo.ports[0]}/stream.mjpg`);
  await viewer.next('a live frame', isLive);

  const capture = commandPid(demo.runDir, 'capture-service');
  process.kill(capture, 'SIGKILL');
  const killedMs = Date.now();
  // It can be back before the picture is old enough to be held.
  await waitFor('another capture-service', () => {
    const next = processesOf(demo.runDir).find((pid) => pid !== capture && isProgram(pid, 'capture-service'));
    return next !== undefined;
  });
  await viewer.next('a live frame of it', (part) => isLive(part) && Number(part.timestamp) * 1000 > killedMs);

  assert.equal(viewer.isClosed, false);
});

/** `exec` made the launcher npm's own child. */
async function childPid(npm: ChildProcess): Promise<number> {
  const { stdout } = await runProgram('pgrep', ['-P', String(npm.pid)]);
  return Number(stdout.trim());
}

function commandPid(runDir: string, program: string): number {
  const pid = processesOf(runDir).find((each) => isProgram(each, program));
  assert.ok(pid, `${program} runs`);
  return pid;
}

function isProgram(pid: number, program: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${program}/dist/main.js`);
  } catch {
    return false; // ENOENT: it ended meanwhile
  }
}
