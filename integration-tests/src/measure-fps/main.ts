// `npm run measure-fps -- URL`: how many frames per second arrive, and how evenly.

import { exitWithUsage, readCommandLine } from '@soft-stream/shared/command-line/command-line';
import { EXIT, errorMessage } from '@soft-stream/shared/runtime/errors';
import { type MeasureArguments, PROGRAM, readArguments } from './arguments.ts';
import { countFrames, type FrameCount } from './count-frames.ts';
import { type GapStatistics, gapStatistics } from './gap-statistics.ts';

async function main(): Promise<number> {
  let options: MeasureArguments;
  try {
    options = readArguments(readCommandLine(PROGRAM));
  } catch (error) {
    exitWithUsage(PROGRAM, errorMessage(error));
  }
  const address = `${options.url.origin}${options.url.pathname}${options.url.search}`;
  try {
    const count = await countFrames(options);
    const gaps = gapStatistics(count.arrivalsMs);
    console.log(options.json ? json(address, options, count, gaps) : text(address, options, count, gaps));
    return count.shortfall === undefined ? EXIT.ok : EXIT.failed;
  } catch (error) {
    console.error(`measure-fps: ${address}: ${errorMessage(error)}`);
    return EXIT.failed;
  }
}

function json(address: string, { frames }: MeasureArguments, count: FrameCount, gaps: GapStatistics): string {
  const { notCounted, byteLength, shortfall } = count;
  return JSON.stringify({
    url: address,
    enough: shortfall === undefined,
    wanted: frames,
    ...gaps,
    byteLength,
    notCounted,
    shortfall,
  });
}

function text(address: string, { frames }: MeasureArguments, count: FrameCount, gaps: GapStatistics): string {
  const { held, placeholder, repeated } = count.notCounted;
  const lines = [
    address,
    `frames   ${gaps.frames} of ${frames}, ${(count.byteLength / Math.max(1, gaps.frames) / 1000).toFixed(1)} kB each`,
    `seconds  ${gaps.seconds.toFixed(3)}`,
    `FPS      ${gaps.fps.toFixed(2)}`,
  ];
  if (gaps.gapMs) {
    const { mean, stdev, p5, p50, p95, largest } = gaps.gapMs;
    lines.push(
      `gaps     mean ${ms(mean)}, standard deviation ${ms(stdev)}, p5 ${ms(p5)}, p50 ${ms(p50)}, p95 ${ms(p95)}`,
      `largest  ${ms(largest)}`,
    );
  }
  if (held + placeholder + repeated > 0)
    lines.push(`not counted: ${held} held, ${placeholder} placeholder, ${repeated} repeated parts`);
  if (count.shortfall !== undefined) lines.push(`TOO FEW: ${count.shortfall}`);
  return lines.join('\n');
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;

process.exitCode = await main();
