// What is measured, and in which order.

import { spawn } from 'node:child_process';
import { measure, pause, type Row } from './measure.ts';
import { type NetworkProfile, useNetwork } from './network.ts';
import { cpuMs, type Memory, memory, wakeUps } from './process-cost.ts';
import { type BenchSettings, environment, type Served, startFloor, startPair } from './servers.ts';
import type { StillRow } from './still-row.ts';

const FLOOR_PORT = 28_190;
export const PAIR_PORT = 28_191;
const SLOW_BYTES_PER_SECOND = 50_000;
const SLOW_VIEWERS = 10;
const WARM_UP_VIEWERS = 20;

export interface IdleRow {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly wakeUps: number;
  readonly memory: readonly Memory[];
}

export interface CaptureRow {
  readonly frameBytes: number;
  readonly fps: number;
  readonly cameras: number;
  /** CPU of capture-service per frame, microseconds */
  readonly microsecondsPerFrame: number;
  /** CPU of `cat` on the same pipe per frame, microseconds */
  readonly catMicrosecondsPerFrame: number;
}

export interface Report {
  readonly machine: string;
  readonly network: string;
  readonly settings: BenchSettings;
  readonly secondsPerRow: number;
  readonly viewers: readonly Row[];
  readonly fairness: readonly Row[];
  readonly capture: readonly CaptureRow[];
  readonly stills: StillRow | undefined;
  readonly idle: IdleRow | undefined;
}

async function withServer<T>(start: Promise<Served>, use: (served: Served) => Promise<T>): Promise<T> {
  const served = await start;
  try {
    return await use(served);
  } finally {
    await served.stop();
  }
}

/**
 * Floor and pair by turns, so that both meet the machine in the same mood; each started once and warmed up by the same
 * load at the same time, for both run for weeks and what V8 does in the first seconds is not what they cost.
 */
export async function viewerRows(
  settings: BenchSettings,
  counts: readonly number[],
  seconds: number,
  warmUpSeconds: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  await withServer(startFloor(settings, FLOOR_PORT), (floor) =>
    withServer(startPair(settings, PAIR_PORT), async (pair) => {
      const run = (served: Served, fast: number, rowSeconds: number) => {
        const plan = { targets: served.targets.slice(0, 1), fast, slow: 0, slowBytesPerSecond: 0 };
        return measure(settings, served, `${fast} viewers`, plan, rowSeconds);
      };
      await Promise.all([floor, pair].map((served) => run(served, WARM_UP_VIEWERS, warmUpSeconds)));
      for (const fast of counts) {
        for (const served of [floor, pair]) rows.push(await run(served, fast, seconds));
      }
      const twoCameras = { targets: pair.targets.slice(0, 2), fast: 20, slow: 0, slowBytesPerSecond: 0 };
      rows.push(await measure(settings, pair, '2 x 10 viewers', twoCameras, seconds));
    }),
  );
  return rows;
}

/** Ten fast viewers alone, then beside ten slow ones over TCP as it comes, as the containers set it, and over the unix socket. */
export async function fairnessRows(settings: BenchSettings, seconds: number, quick: boolean): Promise<Row[]> {
  const variants: { label: string; slow: number; rate: number; profile: NetworkProfile; unix?: boolean }[] = [
    { label: '10 fast alone', slow: 0, rate: 0, profile: 'default' },
    { label: '+ 10 slow, TCP default', slow: SLOW_VIEWERS, rate: SLOW_BYTES_PER_SECOND, profile: 'default' },
    { label: '+ 10 slow, TCP container', slow: SLOW_VIEWERS, rate: SLOW_BYTES_PER_SECOND, profile: 'container' },
    {
      label: '+ 10 slow, unix socket',
      slow: SLOW_VIEWERS,
      rate: SLOW_BYTES_PER_SECOND,
      profile: 'default',
      unix: true,
    },
    { label: '+ 10 that stall', slow: SLOW_VIEWERS, rate: 0, profile: 'default' },
  ];
  const rows: Row[] = [];
  for (const { label, slow, rate, profile, unix } of quick ? variants.slice(0, 2) : variants) {
    const undo = useNetwork(profile, slow > 0);
    try {
      const run = (served: Served) => {
        const targets = unix ? served.targets.slice(2) : served.targets.slice(0, 1);
        return measure(settings, served, label, { targets, fast: 10, slow, slowBytesPerSecond: rate }, seconds);
      };
      rows.push(await withServer(startPair(settings, PAIR_PORT), run));
    } finally {
      undo?.();
    }
  }
  return rows;
}

/** Pipe to ring to notification with one viewer, beside `cat` of the same pipe to /dev/null. */
export async function captureRows(settings: BenchSettings, seconds: number, quick: boolean): Promise<CaptureRow[]> {
  const shapes = [
    { frameBytes: settings.frameBytes, fps: 30, cameras: 1 },
    { frameBytes: settings.frameBytes, fps: 30, cameras: 2 },
    { frameBytes: 65_536, fps: 120, cameras: 1 },
    { frameBytes: 1_000_000, fps: 30, cameras: 1 },
  ];
  const rows: CaptureRow[] = [];
  for (const { frameBytes, fps, cameras } of quick ? shapes.slice(0, 1) : shapes) {
    const each = { ...settings, frameBytes, fps };
    const row = await withServer(startPair(each, PAIR_PORT), (served) => {
      const plan = { targets: served.targets.slice(0, cameras), fast: cameras, slow: 0, slowBytesPerSecond: 0 };
      return measure(each, served, 'capture', plan, seconds);
    });
    const capturePercent = row.captureCpuPercent ?? 0;
    rows.push({
      frameBytes,
      fps,
      cameras,
      microsecondsPerFrame: (capturePercent * 10_000) / (fps * cameras),
      catMicrosecondsPerFrame: await catCost(each, seconds),
    });
  }
  return rows;
}

async function catCost(settings: BenchSettings, seconds: number): Promise<number> {
  const source = new URL('source.js', import.meta.url).pathname;
  const script = `"$0" "$1" --codec mjpeg --framerate ${settings.fps} | exec cat > /dev/null`;
  const shell = spawn('sh', ['-c', `${script} & echo $!; wait`, process.execPath, source], {
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const pid = Number(String(await new Promise((resolve) => shell.stdout.once('data', resolve))));
  await pause(1);
  const before = cpuMs([pid]);
  await pause(seconds);
  const microseconds = (cpuMs([pid]) - before) * 1000;
  process.kill(-(shell.pid ?? 0), 'SIGKILL');
  return microseconds / (settings.fps * seconds);
}

/** Both services up, nobody watching. */
export async function idleRow(settings: BenchSettings, seconds: number): Promise<IdleRow> {
  return withServer(startPair(settings, PAIR_PORT), async ({ pids }) => {
    await pause(2);
    const before = { cpu: cpuMs(pids), woken: wakeUps(pids) };
    await pause(seconds);
    return {
      seconds,
      cpuMs: cpuMs(pids) - before.cpu,
      wakeUps: wakeUps(pids) - before.woken,
      memory: pids.map(memory),
    };
  });
}
