// capture-service and camctl as processes: sockets, exit codes, signals, what is left behind.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TracedStatus } from '@soft-stream/shared/api/control-api';
import { isObjectOf, SHM_DIR } from '@soft-stream/shared/frames/names';
import { isWholeJpeg } from '@soft-stream/shared/mjpeg/jpeg';
import { connectWebSide } from './testing/socket-client.ts';

const options = { timeout: 60_000 };
const MAIN = join(import.meta.dirname, 'main.js');
const CAMCTL = join(import.meta.dirname, 'camctl', 'main.js');

interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface Place extends AsyncDisposable {
  readonly runDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Resolves when it is ready; one that ends before rejects. */
  start(env?: NodeJS.ProcessEnv): Promise<ChildProcess>;
  run(entry: string, args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  objects(): string[];
}

/** A run directory with two recorded cameras of two frames each; afterwards nothing is left. */
function openPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-process-'));
  const runDir = join(folder, 'run');
  const recording = join(folder, 'recording');
  mkdirSync(recording);
  for (const byte of [1, 2]) writeFileSync(join(recording, `${byte}.jpg`), jpeg(byte));
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    SOFT_STREAM_RUN_DIR: runDir,
    cam0_driver: 'recorded',
    cam0_recording: recording,
    cam0_linger: '0',
    cam1_driver: 'recorded',
    cam1_recording: recording,
    log_format: 'json',
  };
  const children: ChildProcess[] = [];
  const open = (entry: string, args: readonly string[], more: NodeJS.ProcessEnv) => {
    const child = spawn(process.execPath, [entry, ...args], { env: { ...env, ...more } });
    children.push(child);
    return child;
  };
  const place: Place = {
    runDir,
    env,
    async start(more = {}) {
      const child = open(MAIN, [], more);
      let log = '';
      const ended = once(child, 'exit').then(([code]) => assert.fail(`ended with ${code}: ${log}`));
      ended.catch(() => {});
      const ready = new Promise<void>((resolve) => {
        const read = (chunk: Buffer) => {
          log += chunk;
          if (log.includes('capture-service ready')) resolve();
        };
        child.stdout?.on('data', read);
        child.stderr?.on('data', read);
      });
      await Promise.race([ready, ended]);
      return child;
    },
    async run(entry, args = [], more = {}) {
      const child = open(entry, args, more);
      const stdout: Buffer[] = [];
      let stderr = '';
      child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
      child.stderr?.on('data', (chunk: Buffer) => {
        stderr += chunk;
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, stdout: Buffer.concat(stdout), stderr };
    },
    objects: () => readdirSync(SHM_DIR).filter((name) => isObjectOf(runDir, name)),
    async [Symbol.asyncDispose]() {
      for (const child of children.filter((each) => each.exitCode === null && each.signalCode === null)) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      for (const name of place.objects()) rmSync(join(SHM_DIR, name));
      rmSync(folder, { recursive: true });
    },
  };
  return place;
}

function jpeg(byte: number): Buffer {
  const sof = [0xff, 0xc0, 0, 11, 8, 0, 48, 0, 64, 1, 1, 0x11, 0];
  return Buffer.from([0xff, 0xd8, ...sof, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, byte, 0xff, 0xd9]);
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  const ended = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await ended)[0];
}

describe('capture-service as a process', options, () => {
  it('ends at SIGTERM with 0 under a running stream and leaves no socket and no frames', async () => {
    await using place = openPlace();
    const capture = await place.start();
    const web = await connectWebSide(join(place.runDir, 'broker.sock'));
    await web.peer.request('lease.open', { camera: 'cam0', viewers: 1 });
    while (web.frames.length === 0) await web.ask('status', undefined);
    assert.deepEqual(place.objects().length, 2);
    assert.equal(statSync(join(place.runDir, 'operator')).mode & 0o777, 0o700);

    assert.equal(await stop(capture), 0);

    assert.deepEqual(place.objects(), []);
    assert.equal(existsSync(join(place.runDir, 'broker.sock')), false);
    assert.equal(existsSync(join(place.runDir, 'operator', 'control.sock')), false);
  });

  it('ends with 69 beside a live instance, names it, and harms nothing', async () => {
    await using place = openPlace();
    await place.start();
    const web = await connectWebSide(join(place.runDir, 'broker.sock'));

    const second = await place.run(MAIN);

    assert.equal(second.code, 69);
    assert.match(second.stderr, /operator\/control\.sock/);
    assert.equal(place.objects().length, 2);
    assert.equal((await web.ask('cameras', undefined)).cameras.length, 2);
    web.peer.close();
  });

  it('is told of the live instance first, whatever is wrong with its own cameras', async () => {
    await using place = openPlace();
    await place.start();

    for (const wrong of [{ cam0_recording: '/nowhere' }, { cam0_driver: 'rpicam', PATH: '/nowhere' }]) {
      const { code, stderr } = await place.run(MAIN, [], { ...place.env, ...wrong });
      assert.deepEqual([code, /already running: process \d+/.test(stderr)], [69, true], stderr);
    }
  });

  it('starts again after kill -9, over what it left', async () => {
    await using place = openPlace();
    const capture = await place.start();
    await stop(capture, 'SIGKILL');
    assert.equal(place.objects().length, 2);

    const again = await place.start();

    assert.equal(await stop(again), 0);
    assert.deepEqual(place.objects(), []);
  });

  it('ends with 78 for a wrong configuration, an unreadable recording, missing programs', async () => {
    await using place = openPlace();
    const cases: [NodeJS.ProcessEnv, RegExp][] = [
      [{ cam0_fps: 'many' }, /cam0_fps=many/],
      [{ cam1_recording: '/nowhere' }, /cam1: recording \/nowhere cannot be read \(ENOENT\)/],
      [{ cam1_driver: 'rpicam', cam1_recording: '', PATH: '/nowhere' }, /rpicam-vid/],
    ];
    for (const [env, message] of cases) {
      const ended = await place.run(MAIN, [], env);

      assert.equal(ended.code, 78, ended.stderr);
      assert.match(ended.stderr, message);
      assert.deepEqual(place.objects(), []);
    }
  });
});

describe('camctl as a process', options, () => {
  it('is 69 without a service, 2 for a wrong command line, 1 for a refusal', async () => {
    await using place = openPlace();
    const away = await place.run(CAMCTL, ['status']);
    assert.equal(away.code, 69);
    assert.match(away.stderr, /not reachable/);
    const doctor = await place.run(CAMCTL, ['doctor']);
    assert.equal(doctor.code, 69);
    assert.match(doctor.stdout.toString(), /cam0 plays 2 frames/);
    const usage = await place.run(CAMCTL, ['fly']);
    assert.equal(usage.code, 2);
    assert.match(usage.stderr, /usage: camctl VERB/);

    await place.start();
    const refused = await place.run(CAMCTL, ['restart', 'cam0']);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout.toString(), /cam0 {2}no {2}nothing to restart/);
  });

  it('start, status, snapshot, stop and auto do what they say', async () => {
    await using place = openPlace();
    await place.start();
    const status = async (): Promise<TracedStatus | undefined> => {
      const { stdout } = await place.run(CAMCTL, ['status', 'cam0', '--json']);
      return (JSON.parse(stdout.toString()) as { cameras: TracedStatus[] }).cameras[0];
    };
    const picture = join(place.runDir, 'picture.jpg');

    assert.equal((await place.run(CAMCTL, ['start', 'cam0'])).code, 0);
    while ((await status())?.state !== 'streaming');
    const trace = (await status())?.trace ?? [];
    assert.ok(trace.some(({ event, actions }) => event === 'hold hold=on' && actions.includes('open-stream')));
    assert.equal((await place.run(CAMCTL, ['snapshot', 'cam0', '-o', picture])).code, 0);
    assert.ok(isWholeJpeg(readFileSync(picture)));
    const still = await place.run(CAMCTL, ['snapshot', 'cam1', '-o', '-', '--full']);
    assert.ok(isWholeJpeg(still.stdout));
    assert.equal((await place.run(CAMCTL, ['stop'])).code, 0);
    assert.equal((await status())?.state, 'held-off');
    assert.equal((await place.run(CAMCTL, ['snapshot', 'cam0', '-o', '-'])).code, 1);
    assert.equal((await place.run(CAMCTL, ['auto'])).code, 0);
    assert.equal((await status())?.state, 'idle');
    assert.equal((await place.run(CAMCTL, ['rescan'])).code, 0);
    assert.equal((await place.run(CAMCTL, ['doctor'])).code, 0);
  });

  it('events prints one JSON object a line until the service ends', async () => {
    await using place = openPlace();
    const capture = await place.start();
    const following = place.run(CAMCTL, ['events', 'cam1']);
    // Subscribed when the first event arrives; until then each word of ours is repeated.
    let isOver = false;
    const done = following.finally(() => {
      isOver = true;
    });
    for (let round = 0; round < 5; round++) {
      await place.run(CAMCTL, ['stop']);
      await place.run(CAMCTL, ['auto']);
    }
    assert.equal(isOver, false);
    await stop(capture);
    const { code, stdout } = await done;

    assert.equal(code, 69);
    const events = stdout.toString().trimEnd().split('\n');
    const read = events.map((line) => JSON.parse(line) as { camera: string; event: string; message: string });
    assert.ok(read.length >= 2);
    assert.ok(read.every((event) => event.camera === 'cam1'));
    assert.ok(read.some((event) => event.event === 'state' && event.message === 'held-off'));
  });
});
