import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSharp } from '../pictures/lazy-sharp.ts';
import { laplacianVariance } from './laplacian-variance.ts';
import { measureFocus } from './measure-focus.ts';

const timeout = 10_000;

test('a flat picture has the figure 0, and so has one without inner pixels', { timeout }, () => {
  assert.equal(laplacianVariance({ pixels: new Uint8Array(25).fill(90), width: 5, height: 5 }), 0);
  assert.equal(laplacianVariance({ pixels: new Uint8Array([0, 255, 0, 255]), width: 2, height: 2 }), 0);
});

test('the figure is the variance over the inner pixels', { timeout }, () => {
  // One bright pixel of 10 in the middle of 5 x 5: Laplacians are -40 once, 10 four times, 0 four times; mean 0.
  const pixels = new Uint8Array(25);
  pixels[12] = 10;

  assert.equal(laplacianVariance({ pixels, width: 5, height: 5 }), (40 ** 2 + 4 * 10 ** 2) / 9);
});

test('the more a picture is blurred, the smaller its figure', { timeout }, async () => {
  const sharp = await loadSharp();
  const noise = await sharp({
    create: {
      width: 640,
      height: 480,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .png()
    .toBuffer();
  const figure = async (blur: number) => measureFocus(await sharp(noise).blur(blur).jpeg().toBuffer());

  const figures = [await figure(0.5), await figure(1), await figure(2), await figure(4)];

  assert.deepEqual(
    figures,
    figures.toSorted((a, b) => b - a),
  );
  assert.ok((figures[0] ?? 0) > 10 * (figures[3] ?? 0), String(figures));
});
