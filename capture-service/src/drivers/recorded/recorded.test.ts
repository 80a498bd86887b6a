import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type ManualClock, manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { cameraConfig } from '@soft-stream/shared/testing/camera-config';
import { pino } from 'pino';
import type { StreamEvents } from '../driver.ts';
import { openRecordedFamily } from './family.ts';
import { loadRecording } from './load-recording.ts';
import { playAtRate } from './play.ts';
import { createRecordedDriver } from './recorded-driver.ts';

const options = { timeout: 20_000 };
const signal = new AbortController().signal;

/** The smallest whole JPEG that has a size, told apart by one byte of its scan. */
function jpeg(width: number, height: number, byte: number): Buffer {
  const sof = [0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0];
  return Buffer.from([0xff, 0xd8, ...sof, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, byte, 0xff, 0xd9]);
}

function temporaryFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'soft-stream-recorded-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

function recordFrames(clock: ManualClock) {
  const seen: { readonly byte: number; readonly atMs: number; readonly size: string }[] = [];
  const ends: string[] = [];
  const events: StreamEvents = {
    frame({ jpeg: bytes, width, height }) {
      seen.push({ byte: bytes.at(-3) ?? -1, atMs: Math.round(clock.monotonicMs()), size: `${width}x${height}` });
    },
    focus() {},
    trouble() {},
    end: ({ message }) => ends.push(message),
  };
  return { seen, ends, events };
}

describe('recorded driver', options, () => {
  it('plays a folder in the order of its names, in a loop, in its own size, at the configured rate', async () => {
    using folder = temporaryFolder();
    for (const name of [2, 0, 1]) writeFileSync(join(folder.path, `00${name}.jpg`), jpeg(640, 480, name));
    writeFileSync(join(folder.path, 'notes.txt'), 'not a frame');
    const clock = manualClock();
    const driver = createRecordedDriver(cameraConfig({ recorded: { recording: folder.path }, fps: 8 }), clock);
    const { seen, ends, events } = recordFrames(clock);
    const located = await driver.locate(signal);
    assert.ok(located);
    const stream = await driver.openStream(located, events, signal);
    await clock.advance(500);
    await stream.stop();
    await clock.advance(5_000);

    assert.deepEqual(
      seen.map(({ byte, atMs }) => [byte, atMs]),
      [
        [0, 0],
        [1, 125],
        [2, 250],
        [0, 375],
        [1, 500],
      ],
    );
    assert.equal(seen[0]?.size, '640x480');
    assert.deepEqual(ends, ['stopped']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('hands out the next frame as a still', async () => {
    using folder = temporaryFolder();
    for (const name of [0, 1]) writeFileSync(join(folder.path, `${name}.jpg`), jpeg(64, 48, name));
    const driver = createRecordedDriver(cameraConfig({ recorded: { recording: folder.path } }), manualClock());
    const capture = () => driver.captureStill({ id: '', model: null, index: 0 }, { full: false, signal });

    assert.deepEqual(
      [(await capture()).jpeg.at(-3), (await capture()).jpeg.at(-3), (await capture()).jpeg.at(-3)],
      [0, 1, 0],
    );
  });

  it('reads an .mjpeg file, whose last frame may be cut off', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'loop.mjpeg');
    writeFileSync(path, Buffer.concat([jpeg(64, 48, 1), jpeg(64, 48, 2), jpeg(64, 48, 3).subarray(0, 20)]));

    assert.deepEqual(
      (await loadRecording(path)).map((frame) => frame.jpeg.at(-3)),
      [1, 2],
    );
  });

  it('does not drift, and does not make up for time in which it was stopped', async () => {
    const clock = manualClock();
    const times: number[] = [];
    const stop = playAtRate(3, clock, () => times.push(clock.monotonicMs()));
    await clock.advance(60_000);
    stop();

    assert.equal(times.length, 181);
    assert.ok(Math.abs((times.at(-1) ?? 0) - 60_000) < 1);
  });
});

describe('unreadable recordings', options, () => {
  const open = (recording: string) =>
    openRecordedFamily({
      cameras: [cameraConfig({ driver: 'recorded', recorded: { recording } })],
      allCameras: [],
      clock: manualClock(),
      log: pino({ level: 'silent' }),
      devicesChanged() {},
    });

  it('end the start with 78 and name the file', async () => {
    using folder = temporaryFolder();
    const broken = join(folder.path, 'broken.jpg');
    const expect = (message: RegExp) => (error: unknown) => {
      const { exitCode, message: found } = error as { exitCode: number; message: string };
      assert.match(found, message);
      return exitCode === 78;
    };

    await assert.rejects(
      open('/nowhere/at/all'),
      expect(/cam0: recording \/nowhere\/at\/all cannot be read \(ENOENT\)/),
    );
    await assert.rejects(open(folder.path), expect(/has no JPEG frames/));
    writeFileSync(broken, jpeg(64, 48, 1).subarray(0, 20));
    await assert.rejects(open(folder.path), expect(/broken\.jpg is not a whole JPEG/));
  });
});
