import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstChoice, nextChoice, type WidthChoice, widthFor } from './tile-width.ts';

const timeout = 5_000;

for (const [pixels, width] of [
  [0, 160],
  [200, 160],
  [201, 320],
  [400, 320],
  [600, 480],
  [1200, 960],
  [16_384, 960],
] as const) {
  test(`a tile of ${pixels} pixels gets pictures of ${width}`, { timeout }, () => {
    assert.equal(widthFor(pixels), width);
  });
}

const CALM = { offered: 40, replaced: 0 };
const JAMMED = { offered: 40, replaced: 20 };

test('a line that carries everything gets larger pictures step by step, and no larger ones than asked for', {
  timeout,
}, () => {
  let choice = firstChoice(0);
  const widths: number[] = [];
  for (let nowMs = 2_000; nowMs <= 10_000; nowMs += 2_000) {
    choice = nextChoice(choice, CALM, 640, nowMs);
    widths.push(choice.width);
  }

  assert.deepEqual(widths, [480, 640, 640, 640, 640]);
});

test('pictures that had to be replaced make the next ones smaller', { timeout }, () => {
  const choice: WidthChoice = { width: 480, sinceMs: 0, patienceMs: 2_000 };

  assert.equal(nextChoice(choice, JAMMED, 640, 60_000).width, 320);
  assert.equal(nextChoice(choice, { offered: 40, replaced: 3 }, 480, 60_000).width, 480, 'a few are chance');
  assert.equal(nextChoice({ ...choice, width: 160 }, JAMMED, 640, 60_000).width, 160, 'there is nothing below');
});

test('a width that was tried in vain is tried again ever later', { timeout }, () => {
  let choice = nextChoice(firstChoice(0), CALM, 480, 2_000);
  choice = nextChoice(choice, JAMMED, 480, 4_000);
  const back = choice;
  const tooSoon = nextChoice(back, CALM, 480, 4_000 + 7_999);
  const later = nextChoice(back, CALM, 480, 4_000 + 8_000);

  assert.equal(back.width, 320);
  assert.equal(tooSoon.width, 320);
  assert.equal(later.width, 480);
});

test('a wall that nothing was made for decides nothing', { timeout }, () => {
  const choice = firstChoice(0);

  assert.equal(nextChoice(choice, { offered: 0, replaced: 0 }, 960, 60_000), choice);
});
