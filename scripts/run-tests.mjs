// Runs the compiled tests (dist/**/*.test.js) of the named workspaces with node's own runner.
// The file list is made here because `node --test` takes folders on Node 20 and patterns from 21 on.
// Usage: node scripts/run-tests.mjs WORKSPACE... [--only PATTERN] [--except PATTERN] [--concurrency N]
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
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
let summary = '';
child.stdout.on('data', (data) => {
  summary = (summary + data).slice(-65_536);
});
child.on('close', (code, signal) => {
  // On a machine that lacks something its tests say so; in CI nothing is skipped.
  const skipped = Number(/^\S+ skipped (\d+)$/m.exec(summary)?.[1] ?? 0);
  if (process.env.CI && skipped > 0) process.stderr.write(`${skipped} tests were skipped, which CI does not allow\n`);
  process.exitCode = signal ? 1 : code || (process.env.CI && skipped > 0 ? 1 : 0);
});
