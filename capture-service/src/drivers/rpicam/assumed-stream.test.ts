// The way without a listing: a camera is opened where it was last seen, and nothing of another one is ever given out.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { cameraConfig } from '@soft-stream/shared/testing/camera-config';
import { pino } from 'pino';
import type { Located, OpenStream, StreamEnd } from '../driver.ts';
import { createRpicamDriver } from './driver.ts';
import { createRpicamHost } from './listing/host.ts';
import { scriptPrograms } from './testing/scripted-programs.ts';

const log = pino({ enabled: false });
const TIMEOUT = { timeout: 20_000 };
const LEFT = '/base/i2c@88000/imx708@1a';
const RIGHT = '/base/i2c@80000/imx219@10';
const never = () => new AbortController().signal;

/** What is plugged in, in the order of indices; `mute`: the version does not say which camera it opened. */
interface Machine {
  readonly cameras: readonly string[];
  readonly mute?: boolean;
}

const OPEN = `
  const { cameras, mute } = JSON.parse(fs.readFileSync(__dirname + '/machine.json'));
  const index = Number(argv[argv.indexOf('--camera') + 1]);
  const fail = (text) => { err('ERROR: *** ' + text + ' ***\\n'); process.exit(255); };
  if (argv.includes('--list-cameras')) {
    fs.appendFileSync(__dirname + '/listings', 'x');
    out(cameras.length === 0 ? 'No cameras available!\\n' : 'Available cameras\\n-----------------\\n' +
      cameras.map((id, at) => at + ' : imx [4608x2592 10-bit RGGB] (' + id + ')\\n').join(''));
    process.exit(0);
  }
  if (cameras.length === 0) fail('no cameras available');
  if (cameras[index] === undefined) fail('selected camera is not available');
  err('[0:00:07.1] [1]  INFO Camera camera.cpp:1215 configuring streams: (0) 64x32-YUV420/sYCC (1) 64x32-RAW\\n');
  if (!mute) err('[0:00:07.1] [1]  INFO RPI pisp.cpp:1484 Sensor: ' + cameras[index] + ' - Selected sensor format: 64x32\\n');
  const shade = cameras[index] === '${LEFT}' ? 1 : 2;`;
const VID = `${OPEN}
  setInterval(() => out(tinyJpeg(64, 32, shade)), 10);
  process.on('SIGINT', () => process.exit(0));`;
const STILL = `${OPEN}
  out(tinyJpeg(8, 8, shade));`;
/** The camera that a frame shows. */
const shows = (jpeg: Uint8Array) => (jpeg.at(-3) === 1 ? LEFT : RIGHT);

function bench(machine: Machine) {
  const scripted = scriptPrograms({ vid: VID, still: STILL });
  const put = (now: Machine) => writeFileSync(join(scripted.folder, 'machine.json'), JSON.stringify(now));
  put(machine);
  const host = createRpicamHost({ programs: scripted.programs, clock: systemClock, log });
  host.lastListing.devicesAreWatched(true);
  const driver = createRpicamDriver(host, cameraConfig({ id: RIGHT, index: undefined }), log);
  const listings = () => readFileSync(join(scripted.folder, 'listings'), 'utf8').length;
  return { host, driver, put, listings, [Symbol.dispose]: () => scripted[Symbol.dispose]() };
}

type Bench = ReturnType<typeof bench>;

interface Run {
  readonly stream: OpenStream;
  readonly shown: Set<string>;
  /** how often another camera was met first */
  readonly corrections: () => number;
  readonly firstFrame: Promise<unknown>;
  readonly ended: Promise<StreamEnd>;
}

async function open({ driver }: Bench, located: Located | undefined): Promise<Run> {
  if (located === undefined) throw new Error('the camera was not found');
  const shown = new Set<string>();
  let corrections = 0;
  let onFrame: (frame: unknown) => void = () => undefined;
  let end: (end: StreamEnd) => void = () => undefined;
  const firstFrame = new Promise((resolve) => {
    onFrame = resolve;
  });
  const ended = new Promise<StreamEnd>((resolve) => {
    end = resolve;
  });
  const frame = ({ jpeg }: { readonly jpeg: Uint8Array }) => {
    shown.add(shows(jpeg));
    onFrame(jpeg);
  };
  const stream = await driver.openStream(
    located,
    { frame, focus: () => undefined, trouble: () => undefined, corrected: () => void corrections++, end },
    never(),
  );
  return { stream, shown, corrections: () => corrections, firstFrame, ended };
}

/** Listed, streamed until the program has named its camera, and stopped. */
async function startedOnce(fixture: Bench): Promise<void> {
  const first = await open(fixture, await fixture.driver.locate(never()));
  await first.firstFrame;
  await first.stream.stop();
}

test('the second start opens the camera where it was, without listing', TIMEOUT, async () => {
  using fixture = bench({ cameras: [LEFT, RIGHT] });
  assert.equal(fixture.driver.known?.(), undefined);
  await startedOnce(fixture);

  const located = fixture.driver.known?.();
  assert.deepEqual(located, { id: RIGHT, model: 'imx', index: 1, isAssumed: true });
  const second = await open(fixture, located);
  await second.firstFrame;
  await second.stream.stop();

  assert.equal(fixture.listings(), 1);
  assert.deepEqual([...second.shown], [RIGHT]);
  assert.equal(second.corrections(), 0);
  assert.equal((await second.ended).message, 'stopped');
});

test('another camera at that index is never shown: listed again, the right one is', TIMEOUT, async () => {
  using fixture = bench({ cameras: [LEFT, RIGHT] });
  await startedOnce(fixture);
  fixture.put({ cameras: [RIGHT, LEFT] });

  const second = await open(fixture, fixture.driver.known?.());
  await second.firstFrame;
  await second.stream.stop();

  assert.deepEqual([...second.shown], [RIGHT]);
  assert.equal(second.corrections(), 1);
  assert.equal(fixture.listings(), 2);
});

test('a camera that is not named counts as another one', TIMEOUT, async () => {
  using fixture = bench({ cameras: [LEFT, RIGHT] });
  await startedOnce(fixture);
  fixture.put({ cameras: [LEFT, RIGHT], mute: true });

  const second = await open(fixture, fixture.driver.known?.());
  await second.firstFrame;
  await second.stream.stop();

  assert.deepEqual([...second.shown], [RIGHT]);
  assert.equal(fixture.listings(), 2);
});

test('no camera at that index: listed again, it is where its neighbour was', TIMEOUT, async () => {
  using fixture = bench({ cameras: [LEFT, RIGHT] });
  await startedOnce(fixture);
  fixture.put({ cameras: [RIGHT] });

  const second = await open(fixture, fixture.driver.known?.());
  await second.firstFrame;
  await second.stream.stop();

  assert.deepEqual([...second.shown], [RIGHT]);
});

test('gone altogether: one end, which says that it is missing', TIMEOUT, async () => {
  using fixture = bench({ cameras: [LEFT, RIGHT] });
  await startedOnce(fixture);
  fixture.put({ cameras: [LEFT] });

  const second = await open(fixture, fixture.driver.known?.());

  assert.equal((await second.ended).cameraMissing, true);
  assert.equal(second.shown.size, 0);
  assert.equal(fixture.driver.known?.(), undefined);
});

test('stopped while it is being put right, it ends once and leaves nothing running', TIMEOUT, async () => {
  using fixture = bench({ cameras: [LEFT, RIGHT] });
  await startedOnce(fixture);
  fixture.put({ cameras: [RIGHT, LEFT] });

  const second = await open(fixture, fixture.driver.known?.());
  const { stuckInKernel } = await second.stream.stop();

  assert.equal(stuckInKernel, false);
  assert.equal((await second.ended).cameraMissing, false);
});

test('what a device that came or went, or a program that failed, has made old is not relied on', TIMEOUT, async () => {
  using fixture = bench({ cameras: [LEFT, RIGHT] });
  await startedOnce(fixture);

  fixture.host.lastListing.outdated();

  assert.equal(fixture.driver.known?.(), undefined);
});

for (const [what, machine] of [
  ['another camera', { cameras: [RIGHT, LEFT] }],
  ['a camera without a name', { cameras: [LEFT, RIGHT], mute: true }],
  ['no camera', { cameras: [RIGHT] }],
] as const) {
  test(`a still that opened ${what} where the camera was is taken again`, TIMEOUT, async () => {
    using fixture = bench({ cameras: [LEFT, RIGHT] });
    await startedOnce(fixture);
    fixture.put(machine);
    const located = fixture.driver.known?.();
    assert.ok(located);

    const still = await fixture.driver.captureStill(located, { full: false, signal: never() });

    assert.equal(shows(still.jpeg), RIGHT);
    assert.equal(fixture.listings(), 2);
  });
}
