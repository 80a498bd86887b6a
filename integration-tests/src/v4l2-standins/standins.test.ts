// The stand-ins against the measured behaviour of v4l2-ctl 1.22.1 and 1.30.0: what they get wrong, every other test
// gets wrong. What needs no camera is asked of the real program as well.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { noisy } from '../usb/usb-rig.ts';
import { C920, CHEAP, createUsbBus, type UsbBus } from './create-usb-bus.ts';
import type { UsbFaults, UsbWorld } from './world.ts';

const limit = { timeout: 60_000 };
const REAL = '/usr/bin/v4l2-ctl';
const STREAM = '--set-fmt-video=width=320,height=240,pixelformat=MJPG --set-parm=30 --stream-mmap=3 --stream-to-hdr=-';
const PROBE = '--set-fmt-video=width=320,height=240,pixelformat=MJPG --stream-mmap=2 --stream-count=1 --stream-poll';

async function busWith(faults: UsbFaults = {}, version: UsbWorld['version'] = '1.22.1'): Promise<UsbBus> {
  const cameras = await noisy([{ ...C920, faults }, CHEAP]);
  return createUsbBus(cameras, { version });
}

const nodeOf = (bus: UsbBus, name = 'video0') => join(bus.env['SOFT_STREAM_DEV_DIR'] ?? '', name);
const environment = (bus: UsbBus) => ({ ...process.env, ...bus.env });

function run(bus: UsbBus, words: string, program = 'v4l2-ctl') {
  const args = ['-d', nodeOf(bus), ...words.split(' ')];
  const { status, signal, stdout, stderr } = spawnSync(program, args, {
    env: environment(bus),
    encoding: 'latin1',
    timeout: 20_000,
  });
  return { status, signal, stdout, stderr };
}

function start(
  bus: UsbBus,
  words = STREAM,
  unbuffered = true,
): { child: ChildProcess; chunks: Buffer[]; text(): string } {
  const [program = '', ...before] = unbuffered ? ['stdbuf', '-o0', 'v4l2-ctl'] : ['v4l2-ctl'];
  const child = spawn(program, [...before, '-d', nodeOf(bus), ...words.split(' ')], {
    env: environment(bus),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  return { child, chunks, text: () => text };
}

test('1.22 prints the rate before the first frame and a mark for each; 1.30 neither', limit, async () => {
  using old = await busWith({ exitAfterFrames: 3 });
  using young = await busWith({ exitAfterFrames: 3 }, '1.30.0');
  const [first, second] = [run(old, STREAM), run(young, STREAM)];

  assert.match(first.stdout, /^Frame rate set to 30\.000 fps\nrdhV/);
  assert.equal(first.stderr, '<<<');
  assert.match(second.stdout, /^rdhV/);
  assert.equal(second.stderr, '');
  assert.deepEqual([first.status, second.status], [0, 0]);
});

test('a header is the length of what follows, padding included', limit, async () => {
  using bus = await busWith({ exitAfterFrames: 2, paddingBytes: 500 }, '1.30.0');
  const bytes = Buffer.from(run(bus, STREAM).stdout, 'latin1');

  const length = bytes.readUInt32BE(4);
  assert.equal(bytes.toString('latin1', 8 + length, 12 + length), 'rdhV');
  assert.deepEqual(bytes.subarray(8 + length - 500, 8 + length), Buffer.alloc(500));
});

test('three reasons for no pictures end in silence, and a probe names them', limit, async () => {
  using bus = await busWith({ busy: true });
  assert.deepEqual(run(bus, STREAM), { status: 255, signal: null, stdout: '', stderr: '' });
  assert.deepEqual(run(bus, PROBE), {
    ...{ status: 255, signal: null, stderr: '' },
    stdout: 'VIDIOC_S_FMT: failed: Device or resource busy\n',
  });

  bus.setFaults('c920', { noSpace: true });
  assert.deepEqual(run(bus, STREAM.replace('--set-parm=30 ', '')), { status: 0, signal: null, stdout: '', stderr: '' });
  const full = run(bus, PROBE);
  assert.deepEqual([full.status, full.stderr], [0, '\t\tVIDIOC_STREAMON returned -1 (No space left on device)\n']);

  bus.setFaults('c920', { noPermission: true });
  const refused = run(bus, STREAM);
  assert.deepEqual([refused.status, refused.stderr], [1, `Failed to open ${nodeOf(bus)}: Permission denied\n`]);
});

test('a camera pulled out while it streams is exit code 0', limit, async () => {
  using bus = await busWith();
  const { child, text } = start(bus);
  await once(child.stdout ?? child, 'data');
  bus.unplug('c920');
  const [code] = await once(child, 'close');

  assert.equal(code, 0);
  assert.match(text(), /VIDIOC_DQBUF: failed: No such device\n$/);
});

test('a camera that offers only YUYV streams that', limit, async () => {
  using bus = await busWith({ exitAfterFrames: 1 }, '1.30.0');
  bus.change((world) => ({
    ...world,
    cameras: world.cameras.map((each) => ({
      ...each,
      formats: each.formats.filter(({ fourcc }) => fourcc === 'YUYV'),
    })),
  }));
  assert.equal(run(bus, STREAM).stdout.length, 8 + 320 * 240 * 2);
});

test('--stream-poll gives up after two seconds, before the first frame too', limit, async () => {
  using bus = await busWith({ firstFrameMs: 3_600_000 });
  const startMs = performance.now();
  const { stderr } = run(bus, PROBE);
  assert.match(stderr, /select timeout/);
  assert.ok(performance.now() - startMs >= 2_000);
});

test('buffered, the tail of a frame waits for the next one; stdbuf -o0 lets it out', limit, async () => {
  using bus = await busWith({ stallAfterFrames: 1 }, '1.30.0');
  const missing = async (unbuffered: boolean) => {
    const { child, chunks } = start(bus, STREAM, unbuffered);
    await once(child.stdout ?? child, 'data');
    await sleep(300);
    child.kill('SIGKILL');
    await once(child, 'close');
    const bytes = Buffer.concat(chunks);
    return 8 + bytes.readUInt32BE(4) - bytes.length;
  };
  assert.ok((await missing(false)) > 0);
  assert.equal(await missing(true), 0);
});

test('SIGINT ends it by the signal, in a stall too', limit, async () => {
  using bus = await busWith({ stallAfterFrames: 1 });
  const { child } = start(bus);
  await once(child.stdout ?? child, 'data');
  child.kill('SIGINT');
  const [code, signal] = await once(child, 'close');
  assert.deepEqual([code, signal], [null, 'SIGINT']);
});

test('one inactive control makes all of its run fail, an unknown one is named', limit, async () => {
  using bus = await busWith();
  const together = run(bus, '--set-ctrl=focus_automatic_continuous=0,focus_absolute=45');
  assert.deepEqual([together.status, bus.values('c920')], [255, {}]);
  assert.match(together.stderr, /Error setting controls: Permission denied/);

  assert.equal(run(bus, '--set-ctrl=focus_automatic_continuous=0').status, 0);
  assert.equal(run(bus, '--set-ctrl=focus_absolute=45').status, 0);
  assert.deepEqual(bus.values('c920'), { focus_automatic_continuous: 0, focus_absolute: 45 });
  const unknown = run(bus, '--set-ctrl=x=1');
  assert.deepEqual([unknown.status, unknown.stderr], [1, "unknown control 'x'\n"]);
});

test('a missing node and one that is no camera: as the real program says it', limit, async (t) => {
  using bus = await busWith();
  const texts = (program: string, node: string) => {
    const result = spawnSync(program, ['-d', node, ...STREAM.split(' ')], {
      env: environment(bus),
      encoding: 'latin1',
    });
    return { status: result.status, stdout: result.stdout, stderr: result.stderr };
  };
  const missing = { status: 1, stdout: '', stderr: 'Cannot open device /dev/video4711, exiting.\n' };

  assert.deepEqual(texts('v4l2-ctl', '/dev/video4711'), missing);
  if (!existsSync(REAL)) return t.diagnostic(`no ${REAL} here (package v4l-utils): not compared with the real program`);
  assert.deepEqual(texts(REAL, '/dev/video4711'), missing);
  const odd = 'Unable to detect what device /dev/null is, exiting.\n';
  assert.deepEqual(texts(REAL, '/dev/null'), { status: 1, stdout: '', stderr: odd });
});
