// Names that vanish while their owner lives (RemoveIPC, cleaners, people): made anew, explained, and nobody sees anything.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { sharedMemoryOf } from '../demo/run-directory.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { Viewer } from '../viewer/watch.ts';
import { liveAfter, longestGapMs, measured } from './observe.ts';
import { PATIENT, type Rig, startRig } from './rig.ts';

const limit = { timeout: 180_000 };
const REMADE = 'deleted while in use, recreated';

interface Place extends AsyncDisposable {
  readonly rig: Rig;
  readonly webSocket: string;
  object(): Promise<string>;
}

async function openPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-web-'));
  const sockets = join(folder, 'web');
  const rig = await startRig({ env: { ...PATIENT, SOFT_STREAM_SOCKET_DIR: sockets } });
  return {
    rig,
    webSocket: join(sockets, 'cam0.sock'),
    async object() {
      const [path] = await sharedMemoryOf(rig.pair.runDir);
      assert.ok(path);
      return path;
    },
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What is deleted, and whose log tells of which names then. */
interface Loss {
  readonly what: string;
  readonly capture: readonly string[];
  readonly http?: readonly string[];
  remove(place: Place, object: string): void;
}

const CONTROL = 'control socket';
const BROKER = 'broker socket';
const FRAMES = 'frames of cam0';
const WEB = 'web socket of cam0';
const removeTree = (path: string) => rmSync(path, { recursive: true });

const LOSSES: readonly Loss[] = [
  { what: 'the frames in /dev/shm', capture: [FRAMES], remove: (_place, object) => unlinkSync(object) },
  { what: 'broker.sock', capture: [BROKER], remove: ({ rig }) => unlinkSync(join(rig.pair.runDir, 'broker.sock')) },
  {
    what: 'operator/control.sock',
    capture: [CONTROL],
    remove: ({ rig }) => unlinkSync(join(rig.pair.runDir, 'operator/control.sock')),
  },
  {
    what: 'the operator folder',
    capture: [CONTROL],
    remove: ({ rig }) => removeTree(join(rig.pair.runDir, 'operator')),
  },
  { what: 'the web socket', capture: [], http: [WEB], remove: ({ webSocket }) => unlinkSync(webSocket) },
  {
    what: 'the folder of web sockets',
    capture: [],
    http: [WEB],
    remove: ({ webSocket }) => removeTree(dirname(webSocket)),
  },
  { what: 'the run directory', capture: [CONTROL, BROKER], remove: ({ rig }) => removeTree(rig.pair.runDir) },
  {
    what: 'the run directory and its parent',
    capture: [CONTROL, BROKER],
    remove: ({ rig }) => removeTree(dirname(rig.pair.runDir)),
  },
  {
    what: 'everything at once',
    capture: [CONTROL, FRAMES, BROKER],
    http: [WEB],
    remove({ rig, webSocket }, object) {
      unlinkSync(object);
      removeTree(dirname(rig.pair.runDir));
      removeTree(dirname(webSocket));
    },
  },
  {
    what: 'the frames, by another file of that name',
    capture: [FRAMES],
    remove(_place, object) {
      writeFileSync(`${object}.new`, 'not a ring');
      renameSync(`${object}.new`, object);
    },
  },
];

/** Deletes, asks for a snapshot at once, and again when all has its name. */
async function lose(place: Place, loss: Loss): Promise<void> {
  const { rig } = place;
  const services = [rig.pair.capture, rig.pair.http] as const;
  const [captureAt, httpAt] = services.map(({ log }) => log.lines.length);
  loss.remove(place, await place.object());

  assert.equal((await rig.snapshot()).status, 200, `${loss.what}: at once`);
  for (const [{ log }, after = 0, names] of [
    [rig.pair.capture, captureAt, loss.capture],
    [rig.pair.http, httpAt, loss.http ?? []],
  ] as const) {
    for (const name of names) {
      const line = await log.until(({ msg, what }) => msg === REMADE && what === name, { after });
      assert.match(String(line['likelyCause']), /deleted|cleaner|logout|in its place/);
    }
  }
  const response = await rig.snapshot();
  assert.equal(response.status, 200, `${loss.what}: ${await response.text()}`);
  assert.equal((await rig.pair.status(0)).restarts.total, 0);
  assert.ok(existsSync(join(rig.pair.runDir, 'broker.sock')));
  const [overSocket] = await once(get({ socketPath: place.webSocket, path: '/healthz', agent: false }), 'response');
  overSocket.resume();
  assert.equal(overSocket.statusCode, 200);
}

describe('names that vanish while their owner lives', { concurrency: 2 }, () => {
  test('each in turn under two viewers: live again, and the log says why', limit, async (t) => {
    await using place = await openPlace();
    const { rig } = place;
    await using first = await rig.watch();
    await using second = await rig.watch();
    const viewers: readonly Viewer[] = [first, second];
    for (const viewer of viewers) await liveAfter(viewer, 0);

    for (const loss of LOSSES) {
      const fromMs = performance.now();
      await lose(place, loss);
      for (const viewer of viewers) await liveAfter(viewer, performance.now());
      await using late = await rig.watch();
      await liveAfter(late, 0);
      measured(t, `${loss.what} deleted: longest pause seen by a viewer`, longestGapMs(first, fromMs));
    }

    assert.deepEqual(
      viewers.map(({ isClosed }) => isClosed),
      [false, false],
    );
    await rig.pair.http.kill();
    await rig.pair.startHttp();
    await rig.pair.http.log.until('capture-service reached');
    assert.equal((await rig.snapshot()).status, 200);
  });

  test(
    'each in turn with no viewer at all: the next snapshot is a picture, the next viewer is live',
    limit,
    async () => {
      await using place = await openPlace();
      for (const loss of LOSSES) await lose(place, loss);

      await using viewer = await place.rig.watch();
      await liveAfter(viewer, 0);
    },
  );

  test(
    'doctor: well before, fails while a name is missing, well after; and so it is tried until it works',
    limit,
    async (t) => {
      await using place = await openPlace();
      const { rig } = place;
      const doctor = async () => {
        const { stdout } = await rig.pair.camctl('doctor');
        t.diagnostic(stdout);
        return stdout;
      };
      assert.match(await doctor(), /^ok {4}sockets and shared memory are in place$/m);
      const object = await place.object();

      // In the way, and not to be removed: nobody knows whose it is.
      unlinkSync(object);
      mkdirSync(object);
      const { log } = rig.pair.capture;
      await log.until('deleted while in use, cannot be recreated');
      const during = await doctor();
      assert.match(during, new RegExp(`^fail {2}frames of cam0: ${object} was replaced while in use$`, 'm'));
      assert.match(during, /-> cannot be recreated: .*not shared memory/);
      assert.equal((await rig.pair.camctl('doctor')).code, 1);
      rmdirSync(object);
      await log.until(REMADE);

      assert.match(await doctor(), /^ok {4}sockets and shared memory are in place$/m);
      assert.equal((await rig.snapshot()).status, 200);
    },
  );

  test('doctor, when even the control socket is out of reach: says that its process lives', limit, async () => {
    await using place = await openPlace();
    const { rig } = place;
    const { runDir, capture } = rig.pair;
    removeTree(runDir);
    writeFileSync(runDir, 'a file in its place');
    await capture.log.until('deleted while in use, cannot be recreated');

    const { code, stdout } = await rig.pair.camctl('doctor');

    assert.equal(code, 69);
    assert.match(stdout, new RegExp(`fail .*control socket .*process ${capture.pid} listens`));
    assert.equal((await rig.snapshot()).status, 200);
    unlinkSync(runDir);
    await waitFor('the control socket to be there', async () => (await rig.pair.status(0)).camera === 'cam0');
  });
});
