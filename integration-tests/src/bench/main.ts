// npm run bench: the pair beside the floor (bare node:net), in one run on the same cores, as a table and as JSON.
// --quick under 30 s; --viewers 1,10 ...; --frame-bytes N; --fps N; --seconds N a row; --warm-up N seconds before the first; --json FILE; --most (500 viewers as well);
// --only viewers,fairness,capture,stills,idle; --cpu-prof FOLDER.

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { describeNetwork, rerunInNamespace } from './network.ts';
import { captureRows, fairnessRows, idleRow, PAIR_PORT, type Report, viewerRows } from './rows.ts';
import { stillRow } from './still-row.ts';
import { printReport } from './table.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    most: { type: 'boolean', default: false },
    viewers: { type: 'string' },
    'frame-bytes': { type: 'string', default: '79872' },
    fps: { type: 'string', default: '30' },
    seconds: { type: 'string' },
    'warm-up': { type: 'string' },
    'cpu-prof': { type: 'string' },
    only: { type: 'string', default: 'viewers,fairness,capture,stills,idle' },
    json: { type: 'string', default: 'integration-tests/results/bench.json' },
  },
});

const status = rerunInNamespace();
if (status !== undefined) process.exit(status);

const settings = {
  fps: Number(values.fps),
  frameBytes: Number(values['frame-bytes']),
  pin: availableParallelism() > 1,
  profileFolder: values['cpu-prof'],
};
const viewers =
  values.viewers?.split(',').map(Number) ??
  (values.quick ? [10] : [1, 10, 50, 100, 200, ...(values.most ? [500] : [])]);
const seconds = Number(values.seconds ?? (values.quick ? 1.5 : 3));
const parts = new Set(values.only.split(','));

const report: Report = {
  machine: `${cpus()[0]?.model ?? 'unknown processor'} x ${availableParallelism()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node.js ${process.version}`,
  network: describeNetwork(),
  settings,
  secondsPerRow: seconds,
  viewers: parts.has('viewers')
    ? await viewerRows(settings, viewers, seconds, Number(values['warm-up'] ?? (values.quick ? 1 : 18)))
    : [],
  fairness: parts.has('fairness')
    ? await fairnessRows(settings, Number(values.seconds ?? (values.quick ? 1.5 : 5)), values.quick)
    : [],
  capture: parts.has('capture') ? await captureRows(settings, values.quick ? 1 : 3, values.quick) : [],
  stills: parts.has('stills') && !values.quick ? await stillRow(settings, PAIR_PORT, seconds) : undefined,
  idle: parts.has('idle') ? await idleRow(settings, values.quick ? 1 : 15) : undefined,
};

printReport(report);
mkdirSync(dirname(values.json), { recursive: true });
writeFileSync(values.json, `${JSON.stringify(report, null, 1)}\n`);
console.log(`\nAll figures: ${values.json}`);
const damaged = [...report.viewers, ...report.fairness].reduce(
  (sum, row) => sum + row.fast.damaged + row.slow.damaged,
  0,
);
if (damaged > 0) {
  console.error(`${damaged} frames arrived damaged`);
  process.exit(1);
}
