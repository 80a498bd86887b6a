import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { scriptPrograms } from '../rpicam/testing/scripted-programs.ts';
import { type Child, type ChildOptions, startChild } from './child.ts';
import { processState, stopChild } from './stop-ladder.ts';

const TIMEOUT = { timeout: 20_000 };

function start(change: Partial<ChildOptions> & Pick<ChildOptions, 'program'>): {
  child: Child;
  stdout(): string;
  stderr(): string;
  says(text: string): Promise<void>;
} {
  let stdout = '';
  let stderr = '';
  const waiting = new Map<string, () => void>();
  const child = startChild({
    args: [],
    env: process.env,
    setpriv: '/usr/bin/setpriv',
    clock: systemClock,
    stdout(chunk) {
      stdout += chunk.toString();
      for (const [text, resolve] of waiting) if (stdout.includes(text)) resolve();
    },
    onStderr(chunk) {
      stderr += chunk.toString();
    },
    ...change,
  });
  const says = (text: string) =>
    new Promise<void>((resolve) => (stdout.includes(text) ? resolve() : waiting.set(text, resolve)));
  return { child, stdout: () => stdout, stderr: () => stderr, says };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const isGone = (pid: number | undefined) => [undefined, 'Z'].includes(processState(pid));

test('a child gets its arguments as they are, and everything that it prints is read to the end', TIMEOUT, async () => {
  using scripted = scriptPrograms({
    vid: 'err("x".repeat(200_000)); out(JSON.stringify(argv)); process.exitCode = 255;',
  });
  const { child, stdout, stderr } = start({
    program: scripted.programs.vid,
    args: ['--info-text', '#%frame $(id) "x"', '-o', '-'],
  });

  const end = await child.ended;

  assert.deepEqual(end, { exitCode: 255, signal: null, startError: undefined });
  assert.deepEqual(JSON.parse(stdout()), ['--info-text', '#%frame $(id) "x"', '-o', '-']);
  assert.equal(stderr().length, 200_000);
});

test('a program that is not there has ended at once, and says so', TIMEOUT, async () => {
  const bare = start({ program: '/nowhere/rpicam-vid', setpriv: undefined });
  const wrapped = start({ program: '/nowhere/rpicam-vid' });

  assert.match((await bare.child.ended).startError ?? '', /ENOENT/);
  assert.equal((await wrapped.child.ended).exitCode, 127);
  assert.match(wrapped.stderr(), /setpriv: failed to execute \/nowhere\/rpicam-vid/);
});

test('a child is stopped by SIGINT when it listens to it', TIMEOUT, async () => {
  using scripted = scriptPrograms({
    vid: 'process.on("SIGINT", () => { out("bye"); process.exit(0); }); out("up"); forever();',
  });
  const { child, says, stdout } = start({ program: scripted.programs.vid });
  await says('up');

  const result = await stopChild(child, { clock: systemClock, gentleMs: 10_000 });

  assert.equal(result.stuckInKernel, false);
  assert.equal(stdout(), 'upbye');
  assert.equal((await child.ended).exitCode, 0);
});

test('a child that ignores SIGINT gets SIGTERM, one that ignores both gets SIGKILL', TIMEOUT, async () => {
  for (const [ignored, ending] of [
    [['SIGINT'], 'SIGTERM'],
    [['SIGINT', 'SIGTERM'], 'SIGKILL'],
  ] as const) {
    using scripted = scriptPrograms({
      vid: `for (const name of ${JSON.stringify(ignored)}) process.on(name, () => undefined); out("up"); forever();`,
    });
    const { child, says } = start({ program: scripted.programs.vid });
    await says('up');

    const result = await stopChild(child, { clock: systemClock, gentleMs: 20 });

    assert.equal(result.stuckInKernel, false);
    assert.equal((await child.ended).signal, ending);
  }
});

test('a stopped child (SIGSTOP) is ended as well', TIMEOUT, async () => {
  using scripted = scriptPrograms({ vid: 'out("up"); forever();' });
  const { child, says } = start({ program: scripted.programs.vid });
  await says('up');
  process.kill(child.pid ?? 0, 'SIGSTOP');

  await stopChild(child, { clock: systemClock, gentleMs: 1_000 });

  assert.equal((await child.ended).signal, 'SIGINT');
});

test('a wrapper script is no hiding place for the program behind it', TIMEOUT, async () => {
  using scripted = scriptPrograms({
    vid: 'process.on("SIGINT", () => undefined); out(process.pid + "\\n"); forever();',
  });
  const wrapper = join(scripted.folder, 'wrapper');
  writeFileSync(wrapper, `#!/bin/sh\n"${scripted.programs.vid}" &\nwait\n`);
  chmodSync(wrapper, 0o755);
  const { child, says, stdout } = start({ program: wrapper });
  await says('\n');
  const inner = Number(stdout());

  await stopChild(child, { clock: systemClock, gentleMs: 50 });

  await until(() => isGone(inner));
  assert.ok(child.hasEnded);
});

test('a stalled child does not outlive a parent that is killed', TIMEOUT, async () => {
  using scripted = scriptPrograms({ vid: 'out("up"); forever();' });
  const code = `
    import { startChild } from ${JSON.stringify(new URL('./child.js', import.meta.url).href)};
    import { systemClock } from ${JSON.stringify(import.meta.resolve('@soft-stream/shared/runtime/clock'))};
    const child = startChild({ program: ${JSON.stringify(scripted.programs.vid)}, args: [], env: process.env,
      setpriv: '/usr/bin/setpriv', clock: systemClock, stdout: () => console.log(child.pid), onStderr() {} });
    await child.ended;`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(String(line));
  assert.ok(!isGone(pid));

  parent.kill('SIGKILL');

  await until(() => isGone(pid));
});
