import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { createRecordReader } from '../../portal/wall/records.js';
import { createSession, WINDOW_BYTES, WINDOW_RECORDS } from './session.ts';
import type { TileWidth } from './tile-width.ts';
import type { Tile } from './tiles.ts';

const timeout = 5_000;

/** A wall whose line takes everything at once; what is acknowledged is the test's to say. */
function openWall() {
  const clock = manualClock();
  const records: Record<string, unknown>[] = [];
  const reader = createRecordReader((record) => records.push(record));
  const taken: (() => void)[] = [];
  let isHeld = false;
  const session = createSession({
    id: 'abc',
    version: '1.0.0',
    sink: {
      write(bytes, done) {
        reader.push(bytes);
        if (isHeld) taken.push(done);
        else queueMicrotask(done);
      },
    },
    newest: () => undefined,
    statusOf: () => ({ state: 'streaming', unknownState: null, cause: null, captureReachable: true, viewers: 0 }),
    has: (camera) => /^cam[0-9]{1,2}$/.test(camera),
    onWanted: () => undefined,
    clock,
  });
  const tile = (camera: string, capturedMs: number, byteLength = 7_000, width: TileWidth = session.width): Tile => ({
    camera,
    width,
    capturedMs,
    capturedAtMs: capturedMs,
    jpeg: new Uint8Array(byteLength),
  });
  return {
    clock,
    session,
    records,
    tile,
    taken,
    hold: () => {
      isHeld = true;
    },
    pictures: () =>
      records.filter(({ type }) => type === 'picture').map(({ camera, capturedMs }) => `${camera}@${capturedMs}`),
    view: (cameras: readonly string[], received = records.length) =>
      session.ask({ received, cameras, width: undefined }),
    acknowledge: (received = records.length) => session.ask({ received, cameras: undefined, width: undefined }),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

test('what is under way is bounded in records, whatever the socket says', { timeout }, async () => {
  const wall = openWall();
  const names = Array.from({ length: 24 }, (_, number) => `cam${number}`);
  wall.view(names);
  for (const name of names) wall.session.offer(wall.tile(name, 1, 100));
  await wall.settle();
  assert.equal(wall.pictures().length, WINDOW_RECORDS);

  wall.acknowledge();
  await wall.settle();

  assert.equal(wall.pictures().length, 2 * WINDOW_RECORDS);
});

test('what is under way is bounded in bytes, and one record may always leave', { timeout }, async () => {
  const wall = openWall();
  wall.view(['cam0', 'cam1', 'cam2']);
  wall.session.offer(wall.tile('cam0', 1, 2 * WINDOW_BYTES));
  wall.session.offer(wall.tile('cam1', 1, 2 * WINDOW_BYTES));
  await wall.settle();
  assert.deepEqual(wall.pictures(), ['cam0@1']);

  wall.acknowledge();
  await wall.settle();

  assert.deepEqual(wall.pictures(), ['cam0@1', 'cam1@1']);
});

test('a picture that waits gives way to the next of its camera, in the same place', { timeout }, async () => {
  const wall = openWall();
  const names = ['cam0', 'cam1', 'cam2'];
  await wall.settle();
  wall.view(names);
  wall.hold();
  for (const name of names) wall.session.offer(wall.tile(name, 1));
  for (const name of names) wall.session.offer(wall.tile(name, 2));
  for (let next = wall.taken.shift(); next !== undefined; next = wall.taken.shift()) next();

  assert.deepEqual(wall.pictures(), ['cam0@1', 'cam1@2', 'cam2@2', 'cam0@2']);
});

test('acknowledgements that overtake each other, and too large ones, open the window no wider', {
  timeout,
}, async () => {
  const wall = openWall();
  const names = Array.from({ length: 24 }, (_, number) => `cam${number}`);
  wall.view(names);
  for (const name of names) wall.session.offer(wall.tile(name, 1, 100));
  await wall.settle();

  wall.acknowledge(4);
  wall.acknowledge(2);
  await wall.settle();
  assert.equal(wall.pictures().length, WINDOW_RECORDS + 3, 'the greeting was one of the four, and was acknowledged');
  wall.acknowledge(1_000_000);
  await wall.settle();

  assert.equal(wall.pictures().length, WINDOW_RECORDS + 3 + WINDOW_RECORDS);
});

test('a camera that is out of view, or in another width, costs nothing', { timeout }, async () => {
  const wall = openWall();
  wall.view(['cam0', 'nothing', 'cam1']);
  wall.session.offer(wall.tile('cam2', 1));
  wall.session.offer(wall.tile('cam0', 1, 100, 960));
  wall.view(['cam1']);
  wall.session.offer(wall.tile('cam0', 1));
  await wall.settle();

  assert.deepEqual([...wall.session.cameras], ['cam1']);
  assert.deepEqual(wall.pictures(), []);
});

test('the same picture is not sent twice', { timeout }, async () => {
  const wall = openWall();
  wall.view(['cam0']);
  wall.session.offer(wall.tile('cam0', 1));
  wall.session.offer(wall.tile('cam0', 1));
  await wall.settle();
  wall.view(['cam0']);
  wall.session.offer(wall.tile('cam0', 1));
  await wall.settle();

  assert.deepEqual(wall.pictures(), ['cam0@1']);
});

test('a change of status is told once, however often it happened while others were under way', {
  timeout,
}, async () => {
  const wall = openWall();
  wall.hold();
  wall.session.statusChanged('cam0');
  for (let turn = 0; turn < 50; turn++) wall.session.statusChanged('cam1');
  await wall.settle();
  for (let next = wall.taken.shift(); next !== undefined; next = wall.taken.shift()) next();

  const told = wall.records.filter(({ type }) => type === 'camera').map(({ camera }) => camera);
  assert.deepEqual(told, ['cam0', 'cam1']);
});

test('a heartbeat leaves only when nothing else is under way', { timeout }, async () => {
  const wall = openWall();
  await wall.settle();
  wall.session.beat();
  assert.equal(wall.records.length, 1, 'the greeting is not acknowledged');

  wall.acknowledge();
  wall.session.beat();

  assert.equal(wall.records.at(-1)?.['type'], 'heartbeat');
});
