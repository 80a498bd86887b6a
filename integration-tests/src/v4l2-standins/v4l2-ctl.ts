// Stand-in for v4l2-ctl 1.22.1 and 1.30.0 on UVC cameras: its texts, its silences, its exit codes.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadPictures, spoil } from './pictures.ts';
import {
  cameraAt,
  currentWorld,
  holdOpen,
  noteRun,
  say,
  sleep,
  stillThere,
  tryToStream,
  worldFolder,
  writeOrDie,
} from './program.ts';
import { controlsText, formatsText, isInactive } from './texts.ts';
import { type UsbCamera, valuesFile } from './world.ts';

const STDIO_BUFFER_BYTES = 4096;
const POLL_MS = 2_000;

const words = process.argv.slice(2);
const nodeAt = words.indexOf('-d');
const node = words[nodeAt + 1] ?? '/dev/video0';
const options = new Map(
  words
    .filter((_, at) => nodeAt < 0 || (at !== nodeAt && at !== nodeAt + 1))
    .map((word) => {
      const [, name = '', value = ''] =
        /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? fail(`unrecognized option '${word}'`, 1);
      return [name, value];
    }),
);

if (options.has('version')) {
  process.stdout.write(`v4l2-ctl ${currentWorld().version}\n`);
  process.exit(0);
}
noteRun('v4l2-ctl');
const camera = open();
if (options.has('list-formats-ext')) process.stdout.write(formatsText(camera));
else if (options.has('list-ctrls-menus')) process.stdout.write(controlsText(camera, readValues()));
else if (options.has('set-ctrl')) setControls(options.get('set-ctrl') ?? '');
else if (options.has('stream-mmap')) await stream();
process.exit(0);

function fail(text: string, code: number): never {
  say(`${text}\n`);
  process.exit(code);
}

function open(): UsbCamera {
  const found = cameraAt(node);
  if (found === undefined) return fail(`Cannot open device ${node}, exiting.`, 1);
  if (found.faults.noPermission) return fail(`Failed to open ${node}: Permission denied`, 1);
  holdOpen(node);
  return found;
}

function readValues(): Record<string, number> {
  const file = valuesFile(worldFolder, camera);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {};
}

/** All of one run in one ioctl: one that is inactive makes all of them fail. */
function setControls(text: string): void {
  const values = readValues();
  const wanted = text.split(',').map((pair) => {
    const [name = '', value = ''] = pair.split('=');
    const control = camera.controls.find((each) => each.name === name);
    if (control === undefined) return fail(`unknown control '${name}'`, 1);
    return { control, value: Number(value) };
  });
  if (wanted.some(({ control }) => isInactive(control, camera.controls, values))) {
    for (const { control, value } of wanted) say(`${control.name}: ${value}\n`);
    fail('Error setting controls: Permission denied', 255);
  }
  for (const { control, value } of wanted) values[control.name] = value;
  writeFileSync(valuesFile(worldFolder, camera), JSON.stringify(values));
}

/** What S_FMT makes of the wish: the nearest size by area of the format, or the first format there is. */
function negotiate(): { fourcc: string; width: number; height: number; rates: readonly number[] } {
  const asked = new Map(
    (options.get('set-fmt-video') ?? '').split(',').map((pair) => pair.split('=') as [string, string]),
  );
  const format = camera.formats.find(({ fourcc }) => fourcc === asked.get('pixelformat')) ?? camera.formats[0];
  const [onlyWidth, onlyHeight] = (camera.faults.onlySize ?? '').split('x').map(Number);
  const area = Number(asked.get('width') ?? 640) * Number(asked.get('height') ?? 480);
  const distance = (size: { width: number; height: number }) => Math.abs(size.width * size.height - area);
  const size = [...(format?.sizes ?? [])].sort((a, b) => distance(a) - distance(b))[0];
  return {
    fourcc: format?.fourcc ?? '',
    width: onlyWidth || (size?.width ?? 640),
    height: onlyHeight || (size?.height ?? 480),
    rates: size?.rates ?? [30],
  };
}

async function stream(): Promise<void> {
  const withHeader = options.has('stream-to-hdr');
  const isSilent = withHeader || options.get('stream-to') === '-';
  if (camera.faults.busy || !(await tryToStream(camera))) {
    if (!isSilent) process.stdout.write('VIDIOC_S_FMT: failed: Device or resource busy\n');
    process.exit(255);
  }
  const { fourcc, width, height, rates } = negotiate();
  const wanted = Number(options.get('set-parm') ?? rates[0]);
  const fps = [...rates].sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0] ?? 30;
  const isOld = currentWorld().version.startsWith('1.22');
  if (options.has('set-parm') && isOld) writeOrDie(Buffer.from(`Frame rate set to ${fps.toFixed(3)} fps\n`));
  if (camera.faults.noSpace) {
    if (!isSilent) say('\t\tVIDIOC_STREAMON returned -1 (No space left on device)\n');
    process.exit(0);
  }
  const pictures =
    fourcc === 'MJPG' ? await loadPictures(camera, width, height) : [Buffer.alloc(width * height * 2, 0x80)];
  const out = createOutput();
  const count = Number(options.get('stream-count') ?? Number.POSITIVE_INFINITY);
  if (!(await waitForFirst(camera.faults.firstFrameMs ?? 1_000 / fps))) return say('select timeout\n');
  let dueMs = performance.now();
  for (let number = 1; number <= count; number++) {
    const now = await untilFrame(number);
    if (now.faults.exitAfterFrames !== undefined && number > now.faults.exitAfterFrames) return;
    const bytes = spoil(pictures[number % pictures.length] ?? Buffer.alloc(0), now.faults, number);
    if (withHeader) out.write(header(bytes.length));
    if (isSilent) out.write(bytes);
    if (isOld) say('<');
    dueMs = Math.max(dueMs + (1_000 / fps) * (now.faults.slowdown ?? 1), performance.now() - 100);
    await sleep(Math.max(0, dueMs - performance.now()));
  }
}

/** In a stall the program sits in DQBUF; only the end of the camera wakes it. */
async function untilFrame(number: number): Promise<UsbCamera> {
  for (;;) {
    const now = stillThere(camera);
    if (now === undefined) {
      say('\t\tVIDIOC_DQBUF: failed: No such device\n');
      process.exit(0);
    }
    const { stallAfterFrames } = now.faults;
    if (stallAfterFrames === undefined || number <= stallAfterFrames) return now;
    await sleep(20);
  }
}

/** @returns false after the two seconds of --stream-poll, which hold before the first frame too */
async function waitForFirst(ms: number): Promise<boolean> {
  const limitMs = options.has('stream-poll') ? POLL_MS : Number.POSITIVE_INFINITY;
  const startMs = performance.now();
  while (performance.now() - startMs < ms) {
    if (performance.now() - startMs > limitMs) return false;
    await untilFrame(0);
    await sleep(Math.min(20, ms));
  }
  return true;
}

function header(length: number): Buffer {
  const bytes = Buffer.from('rdhV\0\0\0\0', 'latin1');
  bytes.writeUInt32BE(length, 4);
  return bytes;
}

/** stdio: whole blocks at once, the tail with the next frame, unless stdbuf says otherwise. */
function createOutput(): { write(bytes: Buffer): void } {
  if (process.env['_STDBUF_O'] === '0') return { write: writeOrDie };
  let held = Buffer.alloc(0);
  process.once('exit', () => writeOrDie(held));
  return {
    write(bytes) {
      const all = Buffer.concat([held, bytes]);
      const whole = all.length - (all.length % STDIO_BUFFER_BYTES);
      writeOrDie(all.subarray(0, whole));
      held = all.subarray(whole);
    },
  };
}
