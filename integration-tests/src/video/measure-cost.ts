// What video costs beside pictures, on this machine: CPU of each process for 0, 1, 5 and 10 viewers of either kind, and
// memory. Run by hand: node integration-tests/dist/video/measure-cost.js

import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesOf } from '../harness/leftovers.ts';
import type { Pair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { readStream } from '../viewer/read-stream.ts';
import { type NodeViewer, watchFromNode } from './node-viewer.ts';
import { startVideoPair } from './start-video-pair.ts';

const MEASURE_MS = 10_000;
/** USER_HZ: 100 on every Linux that we run on */
const MS_PER_TICK = 10;
const KINDS = { http: /http-service\/dist\/main/, worker: /video\/worker\/main/, ffmpeg: /^ffmpeg / } as const;

async function main(): Promise<void> {
  await using pair = await startVideoPair({ cam0_webrtc_max_viewers: '20' });
  print(`${cpus()[0]?.model}, Node.js ${process.version}, 1280x720 at 15 fps, ${MEASURE_MS / 1000} s each`);
  const before = memoryOf(pair, 'http');
  for (const count of [0, 1, 5, 10]) await measurePictures(pair, count);
  for (const count of [1, 5, 10]) await measureVideos(pair, count);
  await waitFor('the worker to end', () => pidOf(pair, 'worker') === undefined, { timeoutMs: 60_000 });
  print(`http-service: ${before} MiB before, ${memoryOf(pair, 'http')} MiB after; worker and ffmpeg are gone`);
}

async function measurePictures(pair: Pair, count: number): Promise<void> {
  const ended = new AbortController();
  const reading = Array.from({ length: count }, async () => {
    for await (const _ of readStream(pair.url(0, '/stream.mjpg'), { signal: ended.signal }));
  });
  await sleep(count === 0 ? 0 : 3_000);
  print(`${count} pictures: ${await measure(pair)}`);
  ended.abort();
  await Promise.allSettled(reading);
}

async function measureVideos(pair: Pair, count: number): Promise<void> {
  const viewers: NodeViewer[] = [];
  for (let index = 0; index < count; index++) viewers.push(await watchFromNode(pair.url(0)));
  await sleep(3_000);
  print(`${count} videos: ${await measure(pair)}`);
  for (const viewer of viewers) viewer.drop();
  await waitFor('nobody to watch', async () => (await pair.status(0)).viewers === 0);
}

async function measure(pair: Pair): Promise<string> {
  const start = performance.now();
  const first = ticks(pair);
  await sleep(MEASURE_MS);
  const last = ticks(pair);
  const elapsedMs = performance.now() - start;
  return (Object.keys(KINDS) as (keyof typeof KINDS)[])
    .filter((kind) => pidOf(pair, kind) !== undefined)
    .map((kind) => {
      const percent = (((last[kind] ?? 0) - (first[kind] ?? 0)) * MS_PER_TICK * 100) / elapsedMs;
      return `${kind} ${percent.toFixed(1)} % of a core, ${memoryOf(pair, kind)} MiB`;
    })
    .join('; ');
}

function ticks(pair: Pair): Partial<Record<keyof typeof KINDS, number>> {
  const entries = (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((kind) => {
    const pid = pidOf(pair, kind);
    const fields = pid === undefined ? [] : readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
    return [kind, Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0)];
  });
  return Object.fromEntries(entries);
}

function pidOf(pair: Pair, kind: keyof typeof KINDS): number | undefined {
  return processesOf(pair.runDir).find((pid) => {
    try {
      return KINDS[kind].test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    } catch {
      return false; // gone meanwhile
    }
  });
}

/** Resident, in MiB. */
function memoryOf(pair: Pair, kind: keyof typeof KINDS): number {
  const pid = pidOf(pair, kind);
  const status = pid === undefined ? '' : readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
process.exit(0);
