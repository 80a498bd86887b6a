import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWholeJpeg, readJpegSize } from './jpeg.ts';
import { sampleJpeg } from './testing/sample-jpeg.ts';

test('the size is read from a baseline and from a progressive frame header', { timeout: 5_000 }, () => {
  assert.deepEqual(readJpegSize(sampleJpeg({ width: 1280, height: 720 })), { width: 1280, height: 720 });
  assert.deepEqual(readJpegSize(sampleJpeg({ width: 33, height: 65535, extraScans: 2 })), { width: 33, height: 65535 });
});

test("the size is the picture's and not its thumbnail's", { timeout: 5_000 }, () => {
  const thumbnail = sampleJpeg({ width: 320, height: 240 });

  assert.deepEqual(readJpegSize(sampleJpeg({ width: 4608, height: 2592, thumbnail })), { width: 4608, height: 2592 });
});

test('fill bytes before markers are skipped', { timeout: 5_000 }, () => {
  assert.deepEqual(readJpegSize(sampleJpeg({ fillBytes: 3 })), { width: 640, height: 480 });
});

test('no size is read from a JPEG that is cut before or within its frame header', { timeout: 5_000 }, () => {
  const jpeg = sampleJpeg();
  const frameHeaderEnd = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 19;

  for (let length = 0; length < frameHeaderEnd; length++)
    assert.equal(readJpegSize(jpeg.subarray(0, length)), undefined);
  assert.deepEqual(readJpegSize(jpeg.subarray(0, frameHeaderEnd)), { width: 640, height: 480 });
});

test('a JPEG is whole when it goes from SOI to EOI', { timeout: 5_000 }, () => {
  const jpeg = sampleJpeg();

  assert.equal(isWholeJpeg(jpeg), true);
  assert.equal(isWholeJpeg(jpeg.subarray(1)), false);
  assert.equal(isWholeJpeg(jpeg.subarray(0, -1)), false);
  assert.equal(isWholeJpeg(Buffer.from('ffd8ffd9', 'hex')), true);
  assert.equal(isWholeJpeg(Buffer.from('ffd8d9', 'hex')), false);
  assert.equal(isWholeJpeg(Buffer.alloc(0)), false);
});
