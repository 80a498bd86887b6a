import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import { samplePicture } from '../testing/sample-pictures.ts';
import { drawHeld, drawPlaceholder } from './drawn-pictures.ts';
import { loadSharp } from './lazy-sharp.ts';

const options = { timeout: 20_000 };
const WORDS = { title: 'The camera has failed', detail: 'no cameras available' };

/** Mean and largest brightness of the rows from `top` to `bottom`, as fractions of the height. */
async function brightness(jpeg: Buffer, top: number, bottom: number): Promise<{ mean: number; max: number }> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
  const rows = data.subarray(Math.floor(top * info.height) * info.width, Math.floor(bottom * info.height) * info.width);
  return {
    mean: rows.reduce((sum, value) => sum + value, 0) / rows.length,
    max: rows.reduce((max, value) => Math.max(max, value), 0),
  };
}

test('a placeholder has the size asked for, and words in its middle', options, async () => {
  const jpeg = await drawPlaceholder({ width: 640, height: 360 }, 'Voron', WORDS);

  assert.deepEqual(readJpegSize(jpeg), { width: 640, height: 360 });
  assert.ok((await brightness(jpeg, 0.3, 0.7)).max > 200);
  assert.ok((await brightness(jpeg, 0, 0.2)).max < 60);
});

test('names that look like markup, are long, or hold control characters are only text', options, async () => {
  for (const name of ['<script>&"', 'x'.repeat(500), 'a\u0000\u001b[31m\ud800b', '']) {
    const jpeg = await drawPlaceholder({ width: 320, height: 240 }, name, WORDS);
    assert.deepEqual(readJpegSize(jpeg), { width: 320, height: 240 });
  }
});

test('the smallest pictures can be drawn', options, async () => {
  const size = { width: 16, height: 16 };

  assert.deepEqual(readJpegSize(await drawPlaceholder(size, 'Voron', WORDS)), size);
  assert.deepEqual(readJpegSize(await drawHeld(await samplePicture(16, 16), size, 'old')), size);
});

test('a held picture is much darker than its frame, with bright words on a band below', options, async () => {
  const size = { width: 640, height: 360 };
  const frame = await samplePicture(size.width, size.height);

  const held = await drawHeld(frame, size, 'The camera is restarting · picture is 12 s old');

  assert.deepEqual(readJpegSize(held), size);
  const [before, after] = [await brightness(frame, 0, 0.8), await brightness(held, 0, 0.8)];
  assert.ok(after.mean < before.mean * 0.6, `${after.mean} of ${before.mean}`);
  const band = await brightness(held, 0.91, 1);
  assert.ok(band.max > 150, `${band.max}`);
  assert.ok(band.mean < after.mean);
});
