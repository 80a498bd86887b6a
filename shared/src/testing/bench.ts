// Repeats a piece of work and prints what one round costs, with the machine it ran on: figures mean nothing without it.

import { cpus, loadavg } from 'node:os';

const ROUNDS = 7;

/** Prints the median of several rounds, after one to warm up. @param bytesPerRun for MB/s; 0 = none */
export function bench(name: string, runsPerRound: number, bytesPerRun: number, work: () => void): void {
  const microseconds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const startedAt = process.hrtime.bigint();
    for (let run = 0; run < runsPerRound; run++) work();
    if (round > 0) microseconds.push(Number(process.hrtime.bigint() - startedAt) / 1000 / runsPerRound);
  }
  microseconds.sort((a, b) => a - b);
  const median = microseconds[ROUNDS >> 1] ?? Number.NaN;
  const rate = bytesPerRun > 0 ? `  ${Math.round(bytesPerRun / median)} MB/s` : '';
  process.stdout.write(
    `${name.padEnd(44)} ${median.toFixed(2).padStart(9)} us (best ${microseconds[0]?.toFixed(2)})${rate}\n`,
  );
}

export function printMachine(): void {
  const [first] = cpus();
  const load = loadavg()[0]?.toFixed(1);
  process.stdout.write(`${first?.model}, ${cpus().length} cores, load ${load}, Node.js ${process.version}\n`);
}
