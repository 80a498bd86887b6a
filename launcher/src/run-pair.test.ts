import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { runPair } from './run-pair.ts';
import type { ServiceSpec } from './service-process.ts';

const log = pino({ level: 'silent' });
const never = new AbortController().signal;

/** A folder with a diary that every program of the test writes its life into. */
function stage(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-launcher-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const diary = join(folder, 'diary');
  writeFileSync(diary, '');
  const program = (name: string, code: string): ServiceSpec => {
    const entry = join(folder, `${name}.mjs`);
    const head = `import { appendFileSync } from 'node:fs'; const note = (text) => appendFileSync(${JSON.stringify(diary)}, \`${name} \${text}\\n\`);`;
    writeFileSync(entry, `${head}\n${code}`);
    return { name, entry, args: [], env: process.env, stdio: 'ignore' };
  };
  const lines = () => readFileSync(diary, 'utf8').split('\n').filter(Boolean);
  const until = async (wanted: (lines: readonly string[]) => boolean) => {
    while (!wanted(lines())) await sleep(20);
  };
  return { program, lines, until };
}

const RUNS = `process.on('SIGTERM', () => { note('stopped'); process.exit(0); }); setInterval(() => {}, 1000); note('started ' + process.pid);`;

test('told to stop, the pair stops http before capture and ends with 0', { timeout: 30_000 }, async (t) => {
  const { program, lines, until } = stage(t);
  const stop = new AbortController();
  const services = [program('capture', RUNS), program('http', RUNS)];

  const running = runPair({ services, log, signal: stop.signal, impatient: never });
  await until((seen) => seen.length === 2);
  stop.abort();

  assert.equal(await running, 0);
  assert.deepEqual(lines().slice(2), ['http stopped', 'capture stopped']);
});

test('a service that ends with 66, 69 or 78 takes the other one with it', { timeout: 30_000 }, async (t) => {
  const { program, lines, until } = stage(t);
  const capture = program(
    'capture',
    `note('started'); process.stdin.destroy(); process.on('SIGUSR1', () => process.exit(66)); setInterval(() => {}, 1000); note('pid ' + process.pid);`,
  );
  const services = [capture, program('http', RUNS)];

  const running = runPair({ services, log, signal: never, impatient: never });
  await until((seen) => seen.length === 3);
  const pid = Number(
    lines()
      .find((line) => line.startsWith('capture pid'))
      ?.split(' ')[2],
  );
  process.kill(pid, 'SIGUSR1');

  assert.equal(await running, 66);
  assert.ok(lines().includes('http stopped'));
});

test('a killed service is started again, and the other one goes on', { timeout: 30_000 }, async (t) => {
  const { program, lines, until } = stage(t);
  const stop = new AbortController();
  const services = [program('capture', RUNS), program('http', RUNS)];

  const running = runPair({ services, log, signal: stop.signal, impatient: never });
  await until((seen) => seen.length === 2);
  const pid = Number(
    lines()
      .find((line) => line.startsWith('capture'))
      ?.split(' ')[2],
  );
  process.kill(pid, 'SIGKILL');
  await until((seen) => seen.length === 3);
  stop.abort();

  assert.equal(await running, 0);
  assert.deepEqual(lines().slice(3), ['http stopped', 'capture stopped']);
  assert.match(lines()[2] ?? '', /^capture started/);
});

test('an impatient operator kills services that do not end', { timeout: 30_000 }, async (t) => {
  const { program, until } = stage(t);
  const stop = new AbortController();
  const impatient = new AbortController();
  const deaf = program(
    'capture',
    `process.on('SIGTERM', () => note('deaf')); setInterval(() => {}, 1000); note('started');`,
  );

  const running = runPair({ services: [deaf], log, signal: stop.signal, impatient: impatient.signal });
  await until((seen) => seen.length === 1);
  stop.abort();
  await until((seen) => seen.length === 2);
  impatient.abort();

  assert.equal(await running, 0);
});
