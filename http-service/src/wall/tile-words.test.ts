import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestColumns } from '../../portal/wall/columns.js';
import { type SeenTile, tileWords } from '../../portal/wall/tile-words.js';
import { portalFiles } from '../portal/portal-files.ts';

const timeout = 5_000;
const texts = portalFiles().texts.get('en');

function seen(state: string, change: Partial<SeenTile> = {}): SeenTile {
  return {
    status: { state, unknownState: null, captureReachable: true },
    ageMs: 900,
    heldAfterMs: 2_500,
    isLinked: true,
    isWatched: false,
    ...change,
  };
}

const away = { state: 'streaming', unknownState: null, captureReachable: false };
const later = { state: 'unknown', unknownState: 'sleeping', captureReachable: true };

for (const [what, tile, title, view, ageMs] of [
  ['a young picture of a camera that streams', seen('streaming'), 'Live', 'live', undefined],
  ['a picture that has missed its turn', seen('streaming', { ageMs: 2_501 }), 'Held', 'old', 2_501],
  ['a young picture of a camera that has just stopped', seen('idle'), 'Ready', 'old', 900],
  ['no picture yet', seen('idle', { ageMs: undefined }), 'Ready', 'waiting', undefined],
  ['no picture yet of one that streams', seen('streaming', { ageMs: undefined }), 'Starting', 'waiting', undefined],
  ['the connection of the wall is lost', seen('streaming', { isLinked: false }), 'Connection lost', 'old', 900],
  ['capture is away', seen('', { status: away }), 'Camera service unreachable', 'old', 900],
  ['switched off', seen('held-off'), 'Switched off', 'old', 900],
  ['failed', seen('failed'), 'Camera failed', 'old', 900],
  ['a state of a later version', seen('', { status: later }), 'sleeping', 'old', 900],
  ['watched', seen('streaming', { ageMs: 60_000, isWatched: true }), 'Live', 'watched', undefined],
] as const) {
  test(`${what}: ${title}, shown as ${view}`, { timeout }, () => {
    const words = tileWords(tile, texts);

    assert.deepEqual([words.title, words.view, words.ageMs], [title, view, ageMs]);
  });
}

for (const [count, width, height, columns] of [
  [1, 1920, 1080, 1],
  [2, 1920, 1080, 2],
  [2, 390, 844, 1],
  [9, 1920, 1080, 3],
  [24, 1920, 1080, 5],
  [24, 1080, 1920, 3],
] as const) {
  test(`${count} tiles on ${width}x${height}: ${columns} columns`, { timeout }, () => {
    assert.equal(bestColumns(count, { width, height }), columns);
  });
}
