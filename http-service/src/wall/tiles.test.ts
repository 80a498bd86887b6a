import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { pino } from 'pino';
import type { KeptFrame } from '../frames/frame-reader.ts';
import type { TileWidth } from './tile-width.ts';
import { createTiles, type Tile } from './tiles.ts';

const timeout = 5_000;

/** Four cameras that have a new frame whenever they are looked at, unless told otherwise. */
function shelf() {
  const clock = manualClock();
  const wanted = new Map<string, Set<TileWidth>>();
  const made: Tile[] = [];
  const glances: string[] = [];
  const still = new Set<string>();
  let scaled = 0;
  const frame = (camera: string): KeptFrame => {
    const monotonicMs = still.has(camera) ? 0.5 : clock.monotonicMs() + 1;
    return { jpeg: Buffer.alloc(10), capturedAtMs: monotonicMs, monotonicMs, width: 1280, height: 720 };
  };
  const tiles = createTiles({
    cameras: ['cam0', 'cam1', 'cam2', 'cam3'].map((camera) => ({
      camera,
      glance() {
        glances.push(camera);
        return frame(camera);
      },
    })),
    intervalMs: 1_000,
    wanted: (camera) => wanted.get(camera) ?? new Set(),
    async scale(_jpeg, width) {
      scaled++;
      return new Uint8Array(width);
    },
    onTile: (tile) => made.push(tile),
    clock,
    log: pino({ level: 'silent' }),
  });
  return {
    clock,
    tiles,
    made,
    glances,
    still,
    scaled: () => scaled,
    want(views: Record<string, TileWidth[]>) {
      wanted.clear();
      for (const [camera, widths] of Object.entries(views)) wanted.set(camera, new Set(widths));
      tiles.wantedChanged();
    },
    names: () => made.map(({ camera }) => camera),
  };
}

test('the first tiles are made at once, the next ones each at its own place in the interval', { timeout }, async () => {
  const { clock, want, names } = shelf();
  want({ cam0: [320], cam1: [320], cam2: [320], cam3: [320] });
  await clock.advance(0);
  assert.deepEqual(names(), ['cam0', 'cam1', 'cam2', 'cam3']);

  await clock.advance(250);
  assert.deepEqual(names().slice(4), ['cam1']);
  await clock.advance(750);

  assert.deepEqual(names().slice(4), ['cam1', 'cam2', 'cam3', 'cam0']);
});

test('a camera that nobody has in view is not even looked at, and then no timer is left', { timeout }, async () => {
  const { clock, want, glances } = shelf();
  want({ cam2: [320] });
  await clock.advance(3_000);
  assert.deepEqual([...new Set(glances)], ['cam2']);

  want({});

  assert.equal(clock.pendingTimers, 0);
});

test('a frame is scaled once for each width, however often it is looked at', { timeout }, async () => {
  const { clock, want, still, made, scaled } = shelf();
  still.add('cam0');
  want({ cam0: [320, 480] });
  await clock.advance(5_000);

  assert.equal(scaled(), 2);
  assert.deepEqual(
    made.map(({ width }) => width),
    [320, 480],
  );
});

test('walls that change their minds all the time cost four tiles a second and no more', { timeout }, async () => {
  const { clock, want, scaled } = shelf();
  for (let turn = 0; turn < 1_000; turn++) {
    want(turn % 2 === 0 ? { cam0: [160] } : { cam0: [960] });
    await clock.advance(1);
  }

  assert.ok(scaled() <= 6, `${scaled()} tiles in a second`);
});

test('who asks for one picture shares the work with all others', { timeout }, async () => {
  const { tiles, still, scaled } = shelf();
  still.add('cam1');

  const all = await Promise.all(Array.from({ length: 20 }, () => tiles.make('cam1', 480)));

  assert.equal(scaled(), 1);
  assert.ok(all.every((tile) => tile === all[0]));
  assert.equal(await tiles.make('cam9', 480), undefined);
});
