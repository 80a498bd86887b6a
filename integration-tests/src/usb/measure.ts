// What the driver for USB cameras costs beside the one for CSI cameras, in one run and in turns:
//   node integration-tests/dist/usb/measure.js
// The camera programs are imitated (30 frames of 80 KB a second): what is measured is ours alone. CPU is that of
// capture-service per published frame; latency from just before a frame is written to its event in the driver; the
// first frame is timed against the same program started by hand.

import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CameraDriver, OpenStream } from '@soft-stream/capture-service/drivers/driver';
import { openFamilies } from '@soft-stream/capture-service/service/driver-families';
import { kindsOf } from '@soft-stream/shared/config/capture-roles';
import { loadConfig } from '@soft-stream/shared/config/load';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { createLogger } from '@soft-stream/shared/runtime/log';
import { cpuMs } from '../bench/process-cost.ts';
import { frameTemplate, readStamp, STAMP_END } from '../bench/stamped-frame.ts';
import { startPair } from '../harness/start-pair.ts';
import { C920, createUsbBus } from '../v4l2-standins/create-usb-bus.ts';

const ROUNDS = 4;
const ROUND_MS = 6_000;
const STARTS = 15;
const FPS = 30;
const FRAME_BYTES = 80_000;
const CAMERAS = ['rpicam', 'v4l2'] as const;

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'usb-measure-'));
const steady = join(folder, 'steady');
/** One frame at once, and then none: its own start is next to nothing. */
const quick = join(folder, 'quick');
const source = `"${process.execPath}" "${join(here, '../bench/source.js')}" "$@"`;
const firstFrame = frameTemplate(C920.recording, FRAME_BYTES);
const header = Buffer.from('rdhV\0\0\0\0', 'latin1');
header.writeUInt32BE(FRAME_BYTES, 4);
writeFileSync(join(folder, 'frame'), firstFrame);
writeFileSync(join(folder, 'framed'), Buffer.concat([header, firstFrame]));
const listing = `case "$*" in *--list-cameras*) exec ${source};; esac`;
writeProgram(steady, 'rpicam-vid', `exec ${source}`);
writeProgram(steady, 'rpicam-still', `exec ${source}`);
writeProgram(steady, 'v4l2-ctl', `exec "${process.execPath}" "${join(here, 'measure-source.js')}" "$@"`);
writeProgram(quick, 'rpicam-vid', `${listing}\ncat "${folder}/frame"\nexec sleep 100`);
writeProgram(quick, 'rpicam-still', `exec ${source}`);
writeProgram(quick, 'v4l2-ctl', `cat "${folder}/framed"\nexec sleep 100`);
const usb = createUsbBus([C920]);
const env: Record<string, string> = {
  ...usb.env,
  BENCH_RECORDING: C920.recording,
  BENCH_FRAME_BYTES: String(FRAME_BYTES),
};
const settings = {
  ...{ cam0_driver: 'rpicam', cam0_id: '/base/i2c@88000/bench@10', cam0_fps: String(FPS) },
  ...{ cam1_driver: 'v4l2', cam1_id: '1-1.2', cam1_fps: String(FPS) },
};

try {
  await measureCpu();
  await measureDrivers();
} finally {
  usb[Symbol.dispose]();
  rmSync(folder, { recursive: true });
}

async function measureCpu(): Promise<void> {
  await using pair = await startPair({
    env: { ...env, ...settings, PATH: pathWith(steady), log_level: 'info' },
    start: ['capture'],
  });
  const costs: Record<string, number[]> = { rpicam: [], v4l2: [] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const [number, kind] of CAMERAS.entries()) {
      await pair.camctl('start', `cam${number}`);
      await pair.untilStatus(number, 'to stream', ({ state, fps }) => state === 'streaming' && fps > 20);
      const before = { cpu: cpuMs([pair.capture.pid]), frames: (await pair.status(number)).frames.published };
      await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
      const frames = (await pair.status(number)).frames.published - before.frames;
      const cost = (cpuMs([pair.capture.pid]) - before.cpu) / frames;
      // The first round warms up.
      if (round >= 0) costs[kind]?.push(cost);
      await pair.camctl('auto', `cam${number}`);
      await pair.untilStatus(number, 'to rest', ({ state }) => state === 'idle');
    }
  }
  const [csi, usbCost] = CAMERAS.map((kind) => median(costs[kind] ?? []));
  const ratio = ((usbCost ?? 0) / (csi ?? 1)).toFixed(2);
  print(`CPU of capture per frame of ${FRAME_BYTES} bytes: rpicam ${us(csi)}, v4l2 ${us(usbCost)}, ratio ${ratio}`);
}

async function measureDrivers(): Promise<void> {
  for (const [at, kind] of CAMERAS.entries()) {
    const { latencies } = await withDriver(steady, at, (driver) => streamFor(driver, 3_000));
    const firsts: number[] = [];
    const alone: number[] = [];
    await withDriver(quick, at, async (driver) => {
      for (let start = 0; start < STARTS; start++) {
        firsts.push((await streamFor(driver, 0)).firstMs);
        alone.push(await firstFrameAlone(kind));
      }
    });
    const own = `${median(firsts).toFixed(1)} ms after opening, the program alone ${median(alone).toFixed(1)} ms`;
    print(`${kind}: first frame ${own}; latency from write to event ${median(latencies).toFixed(2)} ms`);
  }
}

async function withDriver<T>(bin: string, at: number, use: (driver: CameraDriver) => Promise<T>): Promise<T> {
  const app = loadConfig({ env: settings, cwd: '/' });
  const log = createLogger({ service: 'measure', level: 'fatal', format: 'json' });
  const options = { kinds: kindsOf('devices'), allCameras: app.cameras, clock: systemClock, log, devicesChanged() {} };
  await using families = await openFamilies({ ...options, env: { ...process.env, ...env, PATH: pathWith(bin) } });
  const config = app.cameras[at];
  if (config === undefined) throw new Error(`no camera ${at}`);
  return await use(families.driverFor(config));
}

async function streamFor(driver: CameraDriver, ms: number): Promise<{ firstMs: number; latencies: number[] }> {
  const { signal } = new AbortController();
  const located = await driver.locate(signal);
  if (located === undefined) throw new Error('camera not found');
  const openedMs = performance.now();
  let firstMs = 0;
  const latencies: number[] = [];
  let first: () => void = () => undefined;
  const hasFirst = new Promise<void>((resolve) => {
    first = resolve;
  });
  const events = {
    frame({ jpeg }: { jpeg: Uint8Array }) {
      const nowMs = Number(process.hrtime.bigint()) / 1e6;
      const stamped = readStamp(Buffer.from(jpeg.buffer, jpeg.byteOffset, STAMP_END));
      if (firstMs === 0) firstMs = performance.now() - openedMs;
      else if (stamped) latencies.push(nowMs - stamped.atMs);
      first();
    },
    focus() {},
    trouble() {},
    end() {},
  };
  const stream: OpenStream = await driver.openStream(located, events, signal);
  await hasFirst;
  await new Promise((resolve) => setTimeout(resolve, ms));
  await stream.stop();
  return { firstMs, latencies };
}

/** Spawned as the driver spawns it, until the first frame is whole. */
async function firstFrameAlone(kind: (typeof CAMERAS)[number]): Promise<number> {
  const command =
    kind === 'v4l2' ? ['stdbuf', '-o0', join(quick, 'v4l2-ctl')] : [join(quick, 'rpicam-vid'), '--codec', 'mjpeg'];
  const startMs = performance.now();
  const args = ['--pdeathsig', 'KILL', '--', ...command];
  const child = spawn('setpriv', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  await new Promise<void>((resolve) => {
    let byteLength = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      byteLength += chunk.length;
      if (byteLength >= FRAME_BYTES) resolve();
    });
  });
  const firstMs = performance.now() - startMs;
  child.kill('SIGKILL');
  await closed;
  return firstMs;
}

function writeProgram(bin: string, name: string, script: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

function pathWith(bin: string): string {
  return `${bin}:${process.env['PATH'] ?? ''}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function us(ms: number | undefined): string {
  return `${Math.round((ms ?? Number.NaN) * 1_000)} us`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
