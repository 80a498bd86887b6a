// The two things that are measured, each on core 0 while the load is on core 1: the pair, and the floor.

import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ViewerTarget } from './viewer.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');
const SERVER_CORE = '0';
const LOAD_CORE = '1';

export interface BenchSettings {
  readonly fps: number;
  readonly frameBytes: number;
  /** pin servers and load to a core each */
  readonly pin: boolean;
  /** folder for CPU profiles of the measured processes, written when they end */
  readonly profileFolder?: string | undefined;
  /** what rpicam-still gives for the second camera */
  readonly still?: { readonly file: string; readonly width: number; readonly height: number } | undefined;
}

export interface Served {
  readonly name: string;
  /** processes whose cost counts */
  readonly pids: readonly number[];
  readonly capturePid: number | undefined;
  readonly targets: readonly ViewerTarget[];
  stop(): Promise<void>;
}

export function environment(settings: BenchSettings): NodeJS.ProcessEnv {
  return {
    ...process.env,
    BENCH_RECORDING: join(root, 'integration-tests', 'recordings', 'cam0'),
    BENCH_FRAME_BYTES: String(settings.frameBytes),
    ...(settings.still ? { BENCH_STILL: settings.still.file } : {}),
  };
}

function start(settings: BenchSettings, core: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const profile =
    settings.profileFolder && core === SERVER_CORE ? ['--cpu-prof', `--cpu-prof-dir=${settings.profileFolder}`] : [];
  const command = [process.execPath, ...profile, ...args];
  const [program = '', ...rest] = settings.pin ? ['taskset', '-c', core, ...command] : command;
  return spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

export function startLoad(settings: BenchSettings): ChildProcess {
  return start(settings, LOAD_CORE, [join(here, 'load.js')], environment(settings));
}

/** Resolves when `text` was printed `times` times; rejects when the process ends before. */
function printed(child: ChildProcess, text: string, times = 1): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (data) => {
      seen = (seen + data).slice(-65_536);
      if (seen.split(text).length > times) resolve();
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it said '${text}': ${seen}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

export async function startFloor(settings: BenchSettings, port: number): Promise<Served> {
  const child = start(
    settings,
    SERVER_CORE,
    [join(here, 'floor.js'), String(port), String(settings.fps)],
    environment(settings),
  );
  await printed(child, 'floor listening');
  return { name: 'floor', pids: [child.pid ?? 0], capturePid: undefined, targets: [{ port }], stop: () => stop(child) };
}

export async function startPair(settings: BenchSettings, port: number): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-bench-'));
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  const core = settings.pin ? 'taskset -c 0,1 ' : '';
  for (const name of ['rpicam-vid', 'rpicam-still', 'rpicam-hello']) {
    writeFileSync(
      join(programs, name),
      `#!/bin/sh\nexec ${core}"${process.execPath}" "${join(here, 'source.js')}" "$@"\n`,
    );
    chmodSync(join(programs, name), 0o755);
  }
  const cameras = [0, 1].flatMap((number): [string, string][] => [
    [`cam${number}_index`, String(number)],
    [`cam${number}_width`, '1280'],
    [`cam${number}_height`, '720'],
    [`cam${number}_fps`, String(settings.fps)],
    [`cam${number}_port`, String(port + number)],
    [`cam${number}_socket`, join(folder, `http${number}.sock`)],
    [`cam${number}_max_viewers`, '1000'],
    [`cam${number}_linger`, '0'],
    [`cam${number}_slot_bytes`, String(Math.max(2 ** 20, settings.frameBytes * 2))],
  ]);
  const env = {
    ...environment(settings),
    ...Object.fromEntries(cameras),
    ...(settings.still
      ? { cam1_snapshot_width: String(settings.still.width), cam1_snapshot_height: String(settings.still.height) }
      : {}),
    PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}`,
    SOFT_STREAM_RUN_DIR: join(folder, 'run'),
    max_viewers: '2000',
    log_format: 'json',
  };
  const capture = start(settings, SERVER_CORE, [join(root, 'capture-service/dist/main.js')], env);
  await printed(capture, 'capture-service ready');
  const http = start(settings, SERVER_CORE, [join(root, 'http-service/dist/main.js')], env);
  await printed(http, 'http-service listening', 2);
  return {
    name: 'pair',
    pids: [capture.pid ?? 0, http.pid ?? 0],
    capturePid: capture.pid,
    targets: [{ port }, { port: port + 1 }, { path: join(folder, 'http0.sock') }],
    async stop() {
      await stop(http);
      await stop(capture);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
