// The report for people. Ratios stand beside the floor of the same run; absolute figures belong to this machine alone.

import type { Row } from './measure.ts';
import type { Report } from './rows.ts';

export function printReport(report: Report): void {
  const print = (line = '') => console.log(line);
  print(`Machine: ${report.machine}`);
  print(`Network: ${report.network}; servers on one core, load on another: ${report.settings.pin ? 'yes' : 'no'}`);
  print(`Frames: ${report.settings.frameBytes} bytes at ${report.settings.fps} fps; ${report.secondsPerRow} s a row\n`);
  if (report.viewers.length > 0) printRows(report.viewers, print);
  if (report.fairness.length > 0) {
    print('\nFast viewers beside slow ones (50 KB/s, 64 KB receive buffer)');
    printRows(report.fairness, print);
    for (const { label, slow } of report.fairness.filter((row) => row.slow.frames > 0)) {
      print(`  ${label}: a slow viewer's picture is ${ms(slow.latencyMs.p50)} ms old (p99 ${ms(slow.latencyMs.p99)})`);
    }
  }
  if (report.capture.length > 0) {
    print('\ncapture-service, pipe to ring to notification, beside `cat` of the same pipe');
    for (const row of report.capture) {
      const ratio = (row.microsecondsPerFrame / row.catMicrosecondsPerFrame).toFixed(1);
      print(
        `  ${row.cameras} x ${row.fps} fps x ${Math.round(row.frameBytes / 1000)} KB: ${row.microsecondsPerFrame.toFixed(0)} us a frame, cat ${row.catMicrosecondsPerFrame.toFixed(0)} us (${ratio} times)`,
      );
    }
  }
  if (report.stills) {
    const { alone, beside, stills, stillBytes } = report.stills;
    print(
      `\nTen viewers of one camera beside ${stills} stills of 12 megapixels (${(stillBytes / 1e6).toFixed(1)} MB) of the other, scaled one after the other`,
    );
    for (const { label, fast } of [alone, beside]) {
      const { p50, p99, max } = fast.latencyMs;
      print(`  ${label}: latency p50 ${ms(p50)}, p99 ${ms(p99)}, longest ${ms(max)} ms; ${fast.missed} missed`);
    }
  }
  if (report.idle) {
    const [capture, http] = report.idle.memory;
    print(
      `\nIdle for ${report.idle.seconds} s: ${report.idle.cpuMs.toFixed(2)} ms CPU, ${report.idle.wakeUps} wake-ups, both services`,
    );
    print(`  memory, PSS (RSS): capture ${mb(capture)}, http ${mb(http)} MB`);
  }
}

const ms = (value: number) => value.toFixed(value < 100 ? 1 : 0);
const mb = (memory: { pssMb: number; rssMb: number } | undefined) =>
  `${memory?.pssMb.toFixed(0)} (${memory?.rssMb.toFixed(0)})`;

const COLUMNS: readonly [string, (row: Row, floor: Row | undefined) => string][] = [
  ['server', (row) => row.server],
  ['load', (row) => row.label],
  ['fps min/med/max', ({ seconds, fast }) => rates(fast.framesPerViewer, seconds)],
  ['missed', ({ fast }) => String(fast.missed)],
  ['p50 ms', ({ fast }) => ms(fast.latencyMs.p50)],
  ['p99 ms', ({ fast }) => ms(fast.latencyMs.p99)],
  ['p99 x floor', (row, floor) => ratio(row.fast.latencyMs.p99, floor?.fast.latencyMs.p99)],
  ['CPU ms/1000', (row) => row.cpuMsPerThousandFrames.toFixed(1)],
  ['CPU x floor', (row, floor) => ratio(row.cpuMsPerThousandFrames, floor?.cpuMsPerThousandFrames)],
  ['CPU %', (row) => row.cpuPercent.toFixed(1)],
  ['first ms', ({ fast }) => ms(fast.firstFrameMs ?? 0)],
  ['RSS MB', (row) => row.memory.map((each) => each.rssMb.toFixed(0)).join('+')],
  ['grew MB', (row) => row.memoryGrowthMb.toFixed(1)],
  ['ms per published frame', (row, floor) => besideFloor(row.cpuMsPerPublishedFrame, floor?.cpuMsPerPublishedFrame)],
];

function rates(frames: { min: number; median: number; max: number }, seconds: number): string {
  return [frames.min, frames.median, frames.max].map((each) => (each / seconds).toFixed(1)).join('/');
}

function ratio(value: number, floor: number | undefined): string {
  return floor ? (value / floor).toFixed(2) : '';
}

function besideFloor(value: number, floor: number | undefined): string {
  return floor ? `${value.toFixed(2)} (floor ${floor.toFixed(2)}, ${ratio(value, floor)} x)` : value.toFixed(2);
}

function printRows(rows: readonly Row[], print: (line: string) => void): void {
  const cells = rows.map((row, at) => {
    const isFloor = (other: Row) => other.server === 'floor' && other.label === row.label;
    const floor = row.server === 'floor' ? undefined : rows.slice(0, at).findLast(isFloor);
    return COLUMNS.map(([, show]) => show(row, floor));
  });
  const table = [COLUMNS.map(([title]) => title), ...cells];
  const widths = COLUMNS.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  for (const row of table)
    print(row.map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '));
}
