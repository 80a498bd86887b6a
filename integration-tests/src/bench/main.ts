// npm run bench: the pair beside the floor (bare node:net), in one run on the same cores, as a table and as JSON.

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { readCommandLine } from '@soft-stream/shared/command-line/command-line';
import { PROGRAM, readSettings } from './arguments.ts';
import { describeNetwork, rerunInNamespace } from './network.ts';
import { captureRows, fairnessRows, idleRow, PAIR_PORT, type Report, viewerRows } from './rows.ts';
import { stillRow } from './still-row.ts';
import { printReport } from './table.ts';

const values = readSettings(readCommandLine(PROGRAM).values);

const status = rerunInNamespace();
if (status !== undefined) process.exit(status);

const { viewers, seconds, parts, quick } = values;
const settings = {
  fps: values.fps,
  frameBytes: values.frameBytes,
  pin: availableParallelism() > 1,
  profileFolder: values.profileFolder,
};

const report: Report = {
  machine: `${cpus()[0]?.model ?? 'unknown processor'} x ${availableParallelism()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node.js ${process.version}`,
  network: describeNetwork(),
  settings,
  secondsPerRow: seconds,
  viewers: parts.has('viewers') ? await viewerRows(settings, viewers, seconds, values.warmUp) : [],
  fairness: parts.has('fairness') ? await fairnessRows(settings, values.fairnessSeconds, quick) : [],
  capture: parts.has('capture') ? await captureRows(settings, quick ? 1 : 3, quick) : [],
  stills: parts.has('stills') && !quick ? await stillRow(settings, PAIR_PORT, seconds) : undefined,
  idle: parts.has('idle') ? await idleRow(settings, quick ? 1 : 15) : undefined,
};

printReport(report);
mkdirSync(dirname(values.file), { recursive: true });
writeFileSync(values.file, `${JSON.stringify(report, null, 1)}\n`);
console.log(`\nAll figures: ${values.file}`);
const damaged = [...report.viewers, ...report.fairness].reduce(
  (sum, row) => sum + row.fast.damaged + row.slow.damaged,
  0,
);
if (damaged > 0) {
  console.error(`${damaged} frames arrived damaged`);
  process.exit(1);
}
