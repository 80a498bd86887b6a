// Stand-in for rpicam-vid 1.12.0 --codec mjpeg: JPEG files back to back on stdout, its texts, its signals, its ends.

import { randomBytes } from 'node:crypto';
import { openSync } from 'node:fs';
import { describeFrame, focusAt } from './autofocus.ts';
import { listCameras } from './listing.ts';
import { faultsOf, openCamera } from './open-camera.ts';
import { type Options, parseDurationMs, parseOptions } from './options.ts';
import { blackPicture, evenSize, loadPictures, spoil } from './pictures.ts';
import {
  failWith,
  libcameraSays,
  noteStart,
  printVersion,
  reportDeviceTimeout,
  say,
  sleep,
  writeAll,
} from './program.ts';
import type { Faults, StandinCamera } from './world.ts';

const STDIO_BUFFER_BYTES = 4096;

const options = parseOptions(process.argv.slice(2));
if (options.has('version')) printVersion();
if (options.has('list-cameras')) await listCameras();
if (options.get('codec') !== 'mjpeg') failWith(`unrecognised codec ${options.get('codec') ?? 'h264 without libav'}`);
if (!options.has('nopreview')) say('Preview window unavailable');

noteStart('rpicam-vid');
const { camera } = await openCamera(options);
const output = openOutput(options.get('output') ?? '');
let stopRequested = false;
await stream(camera, options);
process.exit(0);

function openOutput(path: string): number {
  if (path === '-') return 1;
  try {
    return openSync(path, 'w');
  } catch {
    return abort(`failed to open output file ${path}`);
  }
}

async function stream(camera: StandinCamera, options: Options): Promise<void> {
  const width = evenSize(Number(options.get('width') ?? 640));
  const height = evenSize(Number(options.get('height') ?? 480));
  const quiet = options.get('verbose') === '0';
  const startFaults = faultsOf(camera);
  const pictures = await loadPictures(camera, width, height);
  if (!quiet) {
    libcameraSays(
      'INFO',
      `Camera camera.cpp:1215 configuring streams: (0) ${width}x${height}-YUV420/sYCC (1) 1536x864-BGGR_PISP_COMP1/RAW`,
    );
    // pisp.cpp prints it for every configuration: the only word about which camera was really opened.
    libcameraSays(
      'INFO',
      `RPI pisp.cpp:1484 Sensor: ${camera.id} - Selected sensor format: 1536x864-SBGGR10_1X10/RAW - Selected CFE format: 1536x864-PC1B/RAW`,
    );
  }
  await sleep(startFaults.firstFrameMs ?? 60);
  if (startFaults.ignoreSignals) process.on('SIGTERM', () => undefined);
  process.on('SIGINT', () => {
    say('Received signal 2');
    stopRequested = !faultsOf(camera).ignoreSignals;
  });

  for (const [signal, number] of [
    ['SIGUSR1', 10],
    ['SIGUSR2', 12],
  ] as const)
    process.on(signal, () => say(`Received signal ${number}`));

  const frameMs = 1000 / (Number(options.get('framerate') ?? 30) || 30);
  const endMs = parseDurationMs(options.get('timeout') ?? '5sec') || Number.POSITIVE_INFINITY;
  const startMs = performance.now();
  let nextMs = startMs;
  let held: Buffer = Buffer.alloc(0);
  for (let number = 0; ; number++) {
    nextMs += frameMs;
    await sleep(Math.max(0, nextMs - performance.now()));
    if (await waitOutStall(camera, number)) nextMs = performance.now();
    const faults = faultsOf(camera);
    const elapsedMs = performance.now() - startMs;
    if (number === faults.exitAfterFrames) failWith('a fault that the test asked for');
    if (number === faults.abortAfterFrames) abort('failed to write output bytes');
    if (!quiet) announceFrame(camera, faults, number, elapsedMs, 1000 / frameMs);
    held = emit(await pictureFor(pictures, faults, number, width, height), faults, held, options.has('flush'));
    if (stopRequested || elapsedMs >= endMs) break;
  }
  await sleep(200);
  writeOut(held);
}

async function pictureFor(
  pictures: Buffer[],
  faults: Faults,
  number: number,
  width: number,
  height: number,
): Promise<Buffer> {
  if (faults.black) return blackPicture(width, height);
  return pictures[faults.freeze ? 0 : number % pictures.length] ?? Buffer.alloc(0);
}

/** While the sensor is silent neither signals nor -t are looked at. True when there was a pause. */
async function waitOutStall(camera: StandinCamera, number: number): Promise<boolean> {
  let lastReportMs = performance.now();
  let stalled = false;
  for (;;) {
    const faults = faultsOf(camera);
    const silent = faults.stall || (faults.stallAfterFrames !== undefined && number >= faults.stallAfterFrames);
    if (!silent && !faults.deviceTimeout) return stalled;
    stalled = true;
    if (faults.deviceTimeout && performance.now() - lastReportMs >= 1000) {
      lastReportMs = performance.now();
      reportDeviceTimeout();
    }
    await sleep(20);
  }
}

/** What stderr says of a frame, before its JPEG. */
function announceFrame(camera: StandinCamera, faults: Faults, number: number, elapsedMs: number, fps: number): void {
  for (let line = 0; line < (faults.stderrLines ?? 0); line++) {
    libcameraSays('WARN', `RPI flood.cpp:${line} ${'x'.repeat(150)}`);
  }
  const text = options.get('info-text');
  if (text === undefined || !options.has('nopreview')) return;
  describeFrame(text, number, fps, focusAt(camera, options, faults, elapsedMs));
}

/** stdio of the real program: 4096 bytes, then whole blocks, then the tail, which without --flush waits for the next frame. */
function emit(jpeg: Buffer, faults: Faults, held: Buffer, flush: boolean): Buffer {
  const bytes = spoil(jpeg, faults);
  const all = Buffer.concat([held, randomBytes(faults.garbageBytes ?? 0), bytes]);
  const wholeBlocks = all.length - (all.length % STDIO_BUFFER_BYTES);
  writeOut(all.subarray(0, STDIO_BUFFER_BYTES));
  writeOut(all.subarray(STDIO_BUFFER_BYTES, wholeBlocks));
  const tail = all.subarray(Math.max(STDIO_BUFFER_BYTES, wholeBlocks));
  if (!flush) return tail;
  writeOut(tail);
  return Buffer.alloc(0);
}

function writeOut(bytes: Buffer): void {
  try {
    writeAll(output, bytes);
  } catch {
    say('Received signal 13');
    abort('failed to write output bytes');
  }
}

/** An exception nobody catches: SIGABRT. */
function abort(what: string): never {
  say(`terminate called after throwing an instance of 'std::runtime_error'\n  what():  ${what}`);
  process.kill(process.pid, 'SIGABRT');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}
