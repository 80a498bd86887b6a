import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { cameraConfig } from '@soft-stream/shared/testing/camera-config';
import { pino } from 'pino';
import type { Located, OpenStream, StreamEnd } from '../driver.ts';
import { createRpicamDriver } from './driver.ts';
import { createRpicamHost } from './listing/host.ts';
import { scriptPrograms } from './testing/scripted-programs.ts';

const log = pino({ enabled: false });
const TIMEOUT = { timeout: 20_000 };
const CAMERA: Located = { id: '/base/i2c@88000/imx708@1a', model: 'imx708', index: 0 };
const never = () => new AbortController().signal;

/** Frames at 100 per second with an info line each; SIGINT ends it after a frame. */
const STREAMS = `
  err('[0:00:07.1] [1]  INFO Camera camera.cpp:1215 configuring streams: (0) 64x32-YUV420/sYCC (1) 64x32-RAW\\n');
  let n = 0;
  setInterval(() => { err('#' + n++ + ' fps=30.00 lp=' + lp(n) + ' af=' + af(n) + '\\n'); out(tinyJpeg(64, 32, n % 200)); }, 10);
  process.on('SIGINT', () => process.exit(0));`;
const focusing = (lp: string, af: string) => `const lp = (n) => ${lp}; const af = (n) => ${af};${STREAMS}`;

interface Watched {
  readonly stream: OpenStream;
  readonly frames: { width: number; height: number; byteLength: number; lastByte: number | undefined }[];
  readonly focus: string[];
  readonly troubles: string[];
  readonly ended: Promise<StreamEnd>;
  /** waits for an event that makes it true */
  until(condition: () => boolean): Promise<void>;
}

async function watch(fixture: ReturnType<typeof driverWith>): Promise<Watched> {
  const frames: Watched['frames'] = [];
  const focus: string[] = [];
  const troubles: string[] = [];
  const waiting = new Set<() => void>();
  const notice = () => {
    for (const look of waiting) look();
  };
  let end: (end: StreamEnd) => void = () => undefined;
  const ended = new Promise<StreamEnd>((resolve) => {
    end = resolve;
  });
  const stream = await fixture.driver.openStream(
    CAMERA,
    {
      frame({ jpeg, width, height }) {
        frames.push({ width, height, byteLength: jpeg.byteLength, lastByte: jpeg.at(-1) });
        notice();
      },
      focus({ state, lensPosition }) {
        focus.push(`${state} ${lensPosition}`);
        notice();
      },
      trouble(cause, message) {
        troubles.push(`${cause}: ${message}`);
        notice();
      },
      end,
    },
    never(),
  );
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { stream, frames, focus, troubles, ended, until };
}

function driverWith(
  scripts: { vid?: string; still?: string },
  config: CameraConfig = cameraConfig({ autofocus: true }),
) {
  const scripted = scriptPrograms(scripts);
  const host = createRpicamHost({ programs: scripted.programs, clock: systemClock, log });
  return {
    folder: scripted.folder,
    host,
    driver: createRpicamDriver(host, config, log),
    [Symbol.dispose]: () => scripted[Symbol.dispose](),
  };
}

test('a stream gives whole frames with the size that is in them, and ends when it is stopped', TIMEOUT, async () => {
  using fixture = driverWith({ vid: focusing('"1.00"', '"focused"') });
  const { stream, frames, focus, troubles, until, ended } = await watch(fixture);
  await until(() => frames.length >= 20);

  const result = await stream.stop();
  await stream.stop();

  assert.equal(result.stuckInKernel, false);
  assert.deepEqual(
    [...new Set(frames.map((frame) => JSON.stringify(frame)))],
    ['{"width":64,"height":32,"byteLength":48,"lastByte":217}'],
  );
  assert.deepEqual(focus, ['focused 1']);
  assert.deepEqual(troubles, []);
  assert.equal((await ended).cameraMissing, false);
});

test('focus is reported when its state changes, not while the lens travels', TIMEOUT, async () => {
  using fixture = driverWith({ vid: focusing('(n / 10).toFixed(2)', 'n < 10 ? "scanning" : "focused"') });
  const { stream, frames, focus, until } = await watch(fixture);
  await until(() => frames.length >= 20);

  await stream.stop();

  assert.deepEqual(focus, ['scanning 0.1', 'focused 1']);
});

test('a fixed focus is reported at the first frame and remembered for stills', TIMEOUT, async () => {
  using fixture = driverWith({
    vid: focusing('"-1.00"', '"idle"'),
    still: 'out(tinyJpeg(8, 8)); err(argv.join(" "));',
  });
  const { stream, focus, until } = await watch(fixture);
  await until(() => focus.length > 0);
  await stream.stop();

  const still = await fixture.driver.captureStill(CAMERA, { full: false, signal: never() });

  assert.deepEqual(focus, ['fixed null']);
  assert.equal(still.focus, null);
  assert.ok(fixture.host.fixedFocus.has(CAMERA.id));
});

const ends: readonly [name: string, script: string, end: Omit<StreamEnd, 'message'>, message: RegExp][] = [
  [
    'a taken camera is to be tried again, it is not missing',
    "err('[0:00:07.1] [12]  INFO Camera camera.cpp:1032 Pipeline handler in use by another process\\nERROR: *** failed to acquire camera /base/x ***\\n'); process.exit(255);",
    { cause: 'acquire failed', cameraMissing: false },
    /failed to acquire camera \/base\/x \(another process holds the camera\)/,
  ],
  [
    'no camera at all is a missing camera',
    "err('ERROR: *** no cameras available ***\\n'); process.exit(255);",
    { cause: 'child exited', cameraMissing: true },
    /no cameras available/,
  ],
  [
    'an index out of range is a missing camera',
    "err('ERROR: *** selected camera is not available ***\\n'); process.exit(255);",
    { cause: 'child exited', cameraMissing: true },
    /selected camera is not available/,
  ],
  [
    'a missing heap is told with what to do',
    "err('Could not open any dmaHeap device\\nERROR: *** failed to allocate capture buffers for stream ***\\n'); process.exit(255);",
    { cause: 'child exited', cameraMissing: false },
    /failed to allocate capture buffers for stream \(no usable \/dev\/dma_heap: give/,
  ],
  [
    'memory that ran out is no missing heap, and what libcamera said is told with it',
    "err('[0:00:07.1] [12] ERROR V4L2 v4l2_videodevice.cpp:1314 video4: Unable to request 4 buffers: Out of memory\\ndmaHeap allocation failure for rpicam-apps0\\nERROR: *** failed to allocate capture buffers for stream ***\\n'); process.exit(255);",
    { cause: 'child exited', cameraMissing: false },
    /failed to allocate capture buffers for stream \(memory for camera buffers \(CMA\) ran out: .*\); libcamera said: V4L2: video4: Unable to request 4 buffers: Out of memory$/,
  ],
  [
    'a death by signal is named',
    "process.kill(process.pid, 'SIGABRT'); forever();",
    { cause: 'child exited', cameraMissing: false },
    /rpicam-vid: ended by SIGABRT/,
  ],
  ['an end without a word has its exit code', '', { cause: 'child exited', cameraMissing: false }, /exit code 0/],
];
for (const [name, script, expected, message] of ends) {
  test(name, TIMEOUT, async () => {
    using fixture = driverWith({ vid: script });
    const { ended } = await watch(fixture);

    const { message: text, ...end } = await ended;

    assert.deepEqual(end, expected);
    assert.match(text, message);
    (await fixture.host.takeTurn()).release();
  });
}

test(
  'a device timeout is a trouble, told once a second at most, and the stalled child is ended all the same',
  TIMEOUT,
  async () => {
    using fixture = driverWith({
      vid: `process.on('SIGINT', () => undefined);
      for (let n = 0; n < 50; n++) err('ERROR: Device timeout detected, attempting a restart!!!\\n'); forever();`,
    });
    const { stream, troubles, until, ended } = await watch(fixture);
    await until(() => troubles.length > 0);

    await stream.stop();

    assert.equal((await ended).message, 'stopped');
    assert.deepEqual(troubles, ['device timeout: Device timeout detected, attempting a restart!!!']);
  },
);

test('bytes that are not JPEG are a trouble with their number', TIMEOUT, async () => {
  using fixture = driverWith({ vid: "out('no picture at all'); forever();" });
  const { stream, troubles, until } = await watch(fixture);
  await until(() => troubles.length > 0);

  await stream.stop();

  assert.match(troubles.join(), /^garbage: 1\d bytes that are not JPEG$/);
});

test(
  'a camera that is not the wanted one is closed before its first frame, and the wanted one is missing',
  TIMEOUT,
  async () => {
    const opensAnother = `
    if (argv.includes('--list-cameras')) {
      out('Available cameras\\n---\\n0 : imx708 [4608x2592] (/base/i2c@88000/imx708@1a)\\n1 : imx219 [3280x2464] (/base/i2c@80000/imx219@10)\\n');
      process.exit(0);
    }
    err('[0:00:07.2] [12]  INFO RPI pisp.cpp:1485 Sensor: /base/i2c@80000/imx219@10 - Selected sensor format: 1x1-X/RAW\\n');
    setTimeout(() => out(tinyJpeg(8, 8)), 200); forever();`;
    using fixture = driverWith({ vid: opensAnother, still: opensAnother });
    await fixture.host.list();

    const { ended, frames } = await watch(fixture);
    const end = await ended;
    const still = fixture.driver.captureStill(CAMERA, { full: false, signal: never() });

    assert.equal(end.cameraMissing, true);
    assert.match(end.message, /imx708@1a is gone: its index opened .*imx219@10/);
    assert.equal(frames.length, 0);
    await assert.rejects(still, { code: 'ERR_CAMERA_MISSING' });
  },
);

test('a program for stills that does not name its camera costs one still more, once', TIMEOUT, async () => {
  using fixture = driverWith({
    vid: `if (argv.includes('--list-cameras')) {
      out('Available cameras\\n---\\n0 : imx708 [4608x2592] (${CAMERA.id})\\n');
      process.exit(0);
    }`,
    still: `fs.appendFileSync(__dirname + '/stills', 'one ');
      out(tinyJpeg(640, 480));`,
  });
  const assumed = { ...CAMERA, isAssumed: true };
  const count = () => readFileSync(join(fixture.folder, 'stills'), 'utf8').split(' ').length - 1;
  const take = () => fixture.driver.captureStill(assumed, { full: false, signal: never() });

  assert.equal((await take()).width, 640);
  assert.equal(count(), 2, 'whatever it shows may be another camera: not before a listing has confirmed it');
  assert.equal((await take()).width, 640);
  assert.equal(count(), 3, 'listed first from now on');
});

test('a still is one whole JPEG with its size, however many writes it took', TIMEOUT, async () => {
  using fixture = driverWith({
    still: `for (let n = 0; n < 5; n++) err('#' + n + ' fps=30.00 lp=2.00 af=' + (n < 3 ? 'scanning' : 'focused') + '\\n');
      const jpeg = tinyJpeg(640, 480); out(jpeg.subarray(0, 5)); setTimeout(() => out(jpeg.subarray(5)), 50);
      err('Still capture image received\\n');`,
  });

  const { jpeg, capturedAtMs, monotonicNs, focusDurationMs, ...still } = await fixture.driver.captureStill(CAMERA, {
    full: false,
    signal: never(),
  });

  assert.equal(jpeg.byteLength, 48);
  assert.deepEqual(still, { width: 640, height: 480, focus: 'focused', lensPosition: 2 });
  assert.ok(focusDurationMs !== undefined && focusDurationMs >= 0);
  assert.ok(monotonicNs > 0n && Math.abs(Date.now() - capturedAtMs) < 60_000);
});

test(
  'a still of a camera that turns out to have a fixed focus is taken again at once without focusing',
  TIMEOUT,
  async () => {
    using fixture = driverWith({
      still: `err('#0 fps=30.00 lp=-1.00 af=idle\\n');
      if (argv.includes('continuous')) forever(); else out(tinyJpeg(8, 8));`,
    });

    const still = await fixture.driver.captureStill(CAMERA, { full: false, signal: never() });

    assert.deepEqual([still.width, still.focus], [8, null]);
  },
);

const badStills: readonly [name: string, script: string, code: string, message: RegExp][] = [
  [
    'that wrote half a picture',
    'out(tinyJpeg(8, 8).subarray(0, 40));',
    'ERR_STILL',
    /40 bytes that are not a whole JPEG/,
  ],
  ['that wrote nothing', '', 'ERR_STILL', /wrote nothing/],
  [
    'whose camera is taken',
    "err('ERROR: *** failed to acquire camera x ***\\n'); process.exit(255);",
    'ERR_STILL',
    /failed to acquire camera x/,
  ],
  [
    'whose camera is gone',
    "err('ERROR: *** no cameras available ***\\n'); process.exit(255);",
    'ERR_CAMERA_MISSING',
    /no cameras available/,
  ],
];
for (const [name, script, code, message] of badStills) {
  test(`a still ${name} is an error that says why`, TIMEOUT, async () => {
    using fixture = driverWith({ still: script });

    await assert.rejects(fixture.driver.captureStill(CAMERA, { full: false, signal: never() }), { code, message });
    (await fixture.host.takeTurn()).release();
  });
}

test('a still that hangs is killed after the snapshot timeout, and the camera is free again', TIMEOUT, async () => {
  using fixture = driverWith(
    { still: "for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => undefined); forever();" },
    cameraConfig({ snapshotTimeoutMs: 300 }),
  );

  await assert.rejects(fixture.driver.captureStill(CAMERA, { full: false, signal: never() }), {
    code: 'ERR_STILL',
    message: 'rpicam-still took more than 0.3 s',
  });
  (await fixture.host.takeTurn()).release();
});

test(
  'a silent sensor is reported with its advice while a still waits for it, and is why it ran into its limit',
  TIMEOUT,
  async () => {
    using fixture = driverWith(
      {
        still: `err('[0:00:09.1] [12] ERROR RPI pipeline_base.cpp:1364 Camera frontend has timed out!\\n');
      err('ERROR: Device timeout detected, attempting a restart!!!\\n'); forever();`,
      },
      cameraConfig({ snapshotTimeoutMs: 300 }),
    );
    const troubles: string[] = [];
    const trouble = (cause: string, message: string) => troubles.push(`${cause}: ${message}`);

    const still = fixture.driver.captureStill(CAMERA, { full: false, signal: never(), trouble });

    const says = /Device timeout detected.*\(the sensor stopped delivering: check its cable\)/;
    await assert.rejects(still, { message: new RegExp(`took more than 0.3 s \\(${says.source}\\)`) });
    assert.equal(troubles.length, 1);
    assert.match(troubles[0] ?? '', new RegExp(`^device timeout: ${says.source}`));
  },
);

test('an aborted still rejects with the reason once the program is gone', TIMEOUT, async () => {
  using fixture = driverWith({ still: 'forever();' });
  const controller = new AbortController();
  const still = fixture.driver.captureStill(CAMERA, { full: true, signal: controller.signal });

  controller.abort(new Error('nobody waits'));

  await assert.rejects(still, /nobody waits/);
});
