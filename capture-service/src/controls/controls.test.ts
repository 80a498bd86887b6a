import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import type { ControlChange } from '@soft-stream/shared/api/controls';
import { RpcError } from '@soft-stream/shared/rpc/rpc-error';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { createResourceStack } from '@soft-stream/shared/runtime/resource-stack';
import { type CameraConfigChange, cameraConfig } from '@soft-stream/shared/testing/camera-config';
import { pino } from 'pino';
import { createControls } from './controls.ts';
import { openControls } from './open-controls.ts';
import type { Overrides } from './overrides.ts';

const TIMEOUT = { timeout: 20_000 };
const log = pino({ level: 'silent' });

function bench(change: CameraConfigChange = {}) {
  const clock = manualClock();
  const saved: Overrides[] = [];
  const told: ControlChange[][] = [];
  const controls = createControls({
    base: cameraConfig(change),
    initial: {},
    save: (overrides) => saved.push(overrides),
    clock,
    log,
  });
  controls.onChange((changes) => told.push([...changes]));
  const of = (name: string) => controls.describe().controls.find((each) => each.name === name);
  return { controls, saved, told, of, clock };
}

const refusal = (code: number, pattern: RegExp) => (error: unknown) =>
  error instanceof RpcError && error.rpcCode === code && pattern.test(error.message);

test('a value says what it is, where it comes from, and since when', TIMEOUT, () => {
  const { controls, of, clock } = bench({ rpicam: { contrast: 1.2 } });
  assert.deepEqual([of('contrast')?.from, of('contrast')?.fileValue, of('brightness')?.from], ['file', 1.2, 'default']);

  controls.set({ brightness: 0.5 }, 'operator');

  assert.deepEqual(controls.states()['brightness'], { value: 0.5, from: 'operator', changedAtMs: clock.nowMs() });
  assert.equal(controls.config.rpicam.brightness, 0.5);
});

test('several are set together or not at all, and the wrong one is named with what is allowed', TIMEOUT, () => {
  const { controls, told, saved } = bench();

  assert.throws(
    () => controls.set({ brightness: 0.5, contrast: 99 }, 'operator'),
    refusal(1008, /^contrast cannot be "?99"?: it must be a number from 0 to 32$/),
  );
  assert.throws(() => controls.set({ shoe: 1 }, 'operator'), refusal(1008, /no control "?shoe"?; it has autofocus,/));
  assert.deepEqual([told, saved], [[], []]);
});

test('a page sets and resets what camN_web_controls names, and nothing else', TIMEOUT, () => {
  const { controls } = bench({ webControls: ['brightness'] });
  controls.set({ contrast: 2 }, 'operator');
  controls.set({ brightness: 0.5 }, 'page');

  assert.throws(() => controls.set({ brightness: 0.1, contrast: 1 }, 'page'), refusal(1009, /cam0_web_controls/));
  assert.throws(() => controls.reset('contrast', 'page'), refusal(1009, /contrast/));
  controls.reset(null, 'page');

  assert.deepEqual([controls.config.rpicam.brightness, controls.config.rpicam.contrast], [undefined, 2]);
});

test('pages that ask too often are told to wait; the operator is not', TIMEOUT, () => {
  const { controls } = bench({ webControls: ['brightness'] });
  const flood = () => {
    for (let at = 0; at < 1_000; at++) controls.set({ brightness: at / 1_000 }, 'page');
  };

  assert.throws(flood, refusal(1005, /too many/));
  controls.set({ brightness: 0.9 }, 'operator');
});

test('of two sides of one setting the one that was set last holds', TIMEOUT, () => {
  const { controls } = bench({ autofocus: true });
  const focus = () => [
    controls.describe().controls.find((each) => each.name === 'autofocus')?.value,
    controls.config.rpicam.lensPosition,
  ];

  controls.set({ lens_position: 3.5 }, 'operator');
  assert.deepEqual(focus(), [false, '3.5']);
  controls.set({ autofocus: true }, 'operator');
  assert.deepEqual(focus(), [true, undefined]);
  controls.set({ exposure_time: 10_000 }, 'operator');
  controls.set({ exposure: 'sport' }, 'operator');
  assert.equal(controls.config.rpicam.exposure, 'sport');
});

test('a value that was set already, or is that of the file, is no change', TIMEOUT, () => {
  const { controls, told } = bench();
  controls.set({ brightness: 0.5 }, 'operator');
  controls.set({ brightness: 0.5 }, 'operator');
  controls.set({ brightness: 0 }, 'operator');

  assert.deepEqual(told.flat(), [
    { name: 'brightness', from: 0, to: 0.5, by: 'operator' },
    { name: 'brightness', from: 0.5, to: 0, by: 'operator' },
  ]);
  assert.equal(controls.states()['brightness']?.from, 'default');
});

test('what was set outlives the service, and a damaged file is put aside', TIMEOUT, async () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'soft-stream-state-')), 'deep', 'er');
  const open = async (act: (controls: Awaited<ReturnType<typeof openControls>>) => void) => {
    await using stack = createResourceStack();
    act(await openControls({ base: cameraConfig(), dir, clock: systemClock, log }, stack));
  };
  try {
    await open((controls) => {
      for (let at = 1; at <= 50; at++) controls.set({ brightness: at / 100 }, 'operator');
    });
    await open((controls) => assert.equal(controls.config.rpicam.brightness, 0.5));
    assert.deepEqual(readdirSync(dir), ['cam0.json']);

    writeFileSync(join(dir, 'cam0.json'), readFileSync(join(dir, 'cam0.json')).subarray(0, 40));
    await open((controls) => assert.equal(controls.config.rpicam.brightness, undefined));
    assert.ok(existsSync(join(dir, 'cam0.json.damaged')));

    writeFileSync(
      join(dir, 'cam0.json'),
      '{"version":1,"controls":{"contrast":{"value":99,"by":"page","atMs":1},"x":1}}',
    );
    await open((controls) => assert.equal(controls.config.rpicam.contrast, undefined));
  } finally {
    rmSync(join(dir, '..', '..'), { recursive: true, force: true });
  }
});

test('a folder that cannot be made or written keeps nobody from starting, nor from setting', TIMEOUT, async () => {
  await using stack = createResourceStack();
  const options = { base: cameraConfig(), dir: '/proc/soft-stream/deep/er', clock: systemClock, log };

  const controls = await openControls(options, stack);
  controls.set({ brightness: 0.5 }, 'operator');

  assert.equal(controls.config.rpicam.brightness, 0.5);
});
