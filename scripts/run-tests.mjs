// Runs the compiled tests (dist/**/*.test.js) of the named workspaces with node's own runner.
// The file list is made here because `node --test` takes folders on Node 20 and patterns from 21 on.
// Usage: node scripts/run-tests.mjs WORKSPACE... [--only PATTERN] [--except PATTERN] [--concurrency N]
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    except: { type: 'string' },
    concurrency: { type: 'string', default: '2' },
  },
});

// A compiled test whose source is gone would still run: take only those that have one.
const files = positionals.flatMap((workspace) => {
  const dist = join(root, workspace, 'dist');
  return readdirSync(dist, { recursive: true })
    .filter((name) => name.endsWith('.test.js') && name.includes(values.only))
    .filter((name) => values.except === undefined || !name.includes(values.except))
    .filter((name) => existsSync(join(root, workspace, 'src', name.replace(/\.js$/, '.ts'))))
    .map((name) => join(dist, name));
});
if (files.length === 0) {
  process.stderr.write(`no compiled test found in ${positionals.join(', ')}: run npm run build first\n`);
  process.exit(1);
}

/** No test is silent for so long, even behind a slower one that is printed first. */
const SILENCE_MS = 300_000;

const child = spawn(
  process.execPath,
  [
    '--enable-source-maps',
    '--test',
    `--test-concurrency=${values.concurrency}`,
    '--test-reporter=spec',
    ...files.sort(),
  ],
  { cwd: root, stdio: ['inherit', 'pipe', 'inherit'] },
);
child.stdout.pipe(process.stdout);

// A test file whose process never ends, for something that it started still runs, would hold up everything for ever.
const silence = setTimeout(() => {
  process.stderr.write(`no test ended for ${SILENCE_MS / 1_000} s; these still run, and are killed:\n`);
  for (const { pid, command } of descendants(child.pid)) {
    process.stderr.write(`  ${pid} ${command.slice(0, 200)}\n`);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ESRCH: it has just ended
    }
  }
  child.kill('SIGKILL');
}, SILENCE_MS);
let summary = '';
child.stdout.on('data', (data) => {
  silence.refresh();
  summary = (summary + data).slice(-65_536);
});
child.on('close', (code, signal) => {
  clearTimeout(silence);
  // On a machine that lacks something its tests say so; in CI nothing is skipped.
  const skipped = Number(/^\S+ skipped (\d+)$/m.exec(summary)?.[1] ?? 0);
  if (process.env.CI && skipped > 0) process.stderr.write(`${skipped} tests were skipped, which CI does not allow\n`);
  process.exitCode = signal ? 1 : code || (process.env.CI && skipped > 0 ? 1 : 0);
});

/** @returns every process below this one, as /proc tells now */
function descendants(parent) {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // proc(5): the name in parentheses may contain anything; the parent is the second field behind it
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(name), ppid, command }];
      } catch {
        return [];
      }
    });
  const below = (pid) => processes.filter(({ ppid }) => ppid === pid).flatMap((each) => [each, ...below(each.pid)]);
  return below(parent);
}
