// Stand-in for rpicam-still 1.12.0: one JPEG on stdout. It has no SIGINT handler and no time limit of its own on focusing.

import { describeFrame, focusAt } from './autofocus.ts';
import { listCameras } from './listing.ts';
import { faultsOf, openCamera } from './open-camera.ts';
import { parseDurationMs, parseOptions } from './options.ts';
import { evenSize, loadPictures, withThumbnail } from './pictures.ts';
import {
  currentWorld,
  failWith,
  libcameraSays,
  noteStart,
  printVersion,
  reportDeviceTimeout,
  say,
  sleep,
  writeAll,
} from './program.ts';

const options = parseOptions(process.argv.slice(2));
if (options.has('version')) printVersion();
if (options.has('list-cameras')) await listCameras();
if (!options.has('nopreview')) say('Preview window unavailable');

const PREVIEW_FRAME_MS = 33;

noteStart('rpicam-still');
const { camera } = await openCamera(options);
const width = evenSize(Number(options.get('width') ?? 0)) || camera.width;
const height = evenSize(Number(options.get('height') ?? 0)) || camera.height;
const startedMs = performance.now();
const faults = faultsOf(camera);
if (faults.ignoreSignals) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
if (faults.deviceTimeout) setInterval(reportDeviceTimeout, 1_000);
if (faults.stall || faults.deviceTimeout || faults.still === 'hangs') await hang();
if (faults.still === 'fails') failWith('failed to allocate capture buffers for stream');
sayConfiguration('2304x1296', '2304x1296');

const timeoutMs = parseDurationMs(options.get('timeout') ?? '5sec');
if (options.has('immediate')) await sleep(40);
else if (timeoutMs === 0) await hang();
else await preview(timeoutMs * currentWorld().timeScale);
if (options.has('autofocus-on-capture')) await focus();
sayConfiguration(`${width}x${height}`, '4608x2592');
say('WARNING: Capture will not make use of temporal denoise');
say('         Consider using the --zsl option for best image quality, for example:');
say('         rpicam-still --zsl <options>');

const [picture = Buffer.alloc(0)] = await loadPictures(camera, width, height, 1);
const jpeg = options.get('thumb') === 'none' ? picture : await withThumbnail(picture);
if (faults.still === 'truncated') writeAll(1, jpeg.subarray(0, Math.floor(jpeg.length / 2)));
else if (faults.still !== 'empty') writeAll(1, jpeg);
say('Still capture image received');
process.exit(0);

/** pisp.cpp names the sensor for every configuration: the preview's, then the still's. */
function sayConfiguration(size: string, rawSize: string): void {
  libcameraSays(
    'INFO',
    `Camera camera.cpp:1215 configuring streams: (0) ${size}-YUV420/sYCC (1) ${rawSize}-BGGR_PISP_COMP1/RAW`,
  );
  libcameraSays(
    'INFO',
    `RPI pisp.cpp:1484 Sensor: ${camera.id} - Selected sensor format: ${rawSize}-SBGGR10_1X10/RAW - Selected CFE format: ${rawSize}-PC1B/RAW`,
  );
}

/** The frames before the still: with `-n` each is one `--info-text` line on stderr (null_preview.cpp). */
async function preview(durationMs: number): Promise<void> {
  const endMs = performance.now() + durationMs;
  for (let number = 0; performance.now() < endMs; number++) {
    await sleep(Math.min(PREVIEW_FRAME_MS, endMs - performance.now()));
    const text = options.get('info-text');
    if (text === undefined) continue;
    // The lens has the time of the preview, however short the test makes it.
    const elapsedMs = (performance.now() - startedMs) / currentWorld().timeScale;
    describeFrame(text, number, 1000 / PREVIEW_FRAME_MS, focusAt(camera, options, faultsOf(camera), elapsedMs));
  }
}

async function focus(): Promise<void> {
  if (!camera.autofocus) return sleep(16 * 33);
  while (focusAt(camera, new Map(), faultsOf(camera), performance.now() - startedMs).state === 'scanning')
    await sleep(20);
}

function hang(): Promise<never> {
  return new Promise(() => setInterval(() => undefined, 60_000));
}
