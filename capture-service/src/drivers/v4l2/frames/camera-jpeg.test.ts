import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleJpeg } from '@soft-stream/shared/mjpeg/testing/sample-jpeg';
import { createJpegReader } from './camera-jpeg.ts';
import { STANDARD_HUFFMAN_SEGMENT } from './huffman-tables.ts';

const TIMEOUT = { timeout: 20_000 };
const WHOLE = Buffer.from(sampleJpeg({ dataBytes: 500, seed: 3 }));
/** As a camera sends it: tables left out. */
const BARE = withoutTables(WHOLE);

function withoutTables(jpeg: Buffer): Buffer {
  const parts = [jpeg.subarray(0, 2)];
  let at = 2;
  while (jpeg[at + 1] !== 0xda) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (jpeg[at + 1] !== 0xc4) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...parts, jpeg.subarray(at)]);
}

function withTables(bare: Buffer): Buffer {
  const at = bare.findIndex((byte, index) => byte === 0xff && bare[index + 1] === 0xc0);
  return Buffer.concat([bare.subarray(0, at), STANDARD_HUFFMAN_SEGMENT, bare.subarray(at)]);
}

test('a frame with everything in it is passed on as it is', TIMEOUT, () => {
  const read = createJpegReader();
  const frame = read(withTables(BARE));
  assert.ok('jpeg' in frame);
  assert.deepEqual(Buffer.from(frame.jpeg), withTables(BARE));
  assert.equal(frame.isCut, false);
});

test('without Huffman tables the standard ones stand before the frame header', TIMEOUT, () => {
  const read = createJpegReader();
  const frame = read(BARE);
  assert.ok('jpeg' in frame);
  assert.deepEqual(Buffer.from(frame.jpeg), withTables(BARE));
});

test('padding behind EOI is cut off and no damage, whatever stands in it', TIMEOUT, () => {
  const read = createJpegReader();
  for (const padding of [Buffer.alloc(3_000), Buffer.from('ffd9ffd80000ffd9', 'hex'), Buffer.alloc(77, 0xff)]) {
    const frame = read(Buffer.concat([withTables(BARE), padding]));
    assert.ok('jpeg' in frame);
    assert.deepEqual(Buffer.from(frame.jpeg), withTables(BARE));
    assert.equal(frame.isCut, false);
  }
});

test('a frame whose EOI is missing gets one, and says that it was cut', TIMEOUT, () => {
  const read = createJpegReader();
  const cut = withTables(BARE).subarray(0, -100);
  for (const padding of [0, 64]) {
    const frame = read(Buffer.concat([cut, Buffer.alloc(padding)]));
    assert.ok('jpeg' in frame);
    assert.equal(frame.isCut, true);
    assert.equal(Buffer.from(frame.jpeg).subarray(-2).toString('hex'), 'ffd9');
  }
});

test('what is no picture says why', TIMEOUT, () => {
  const read = createJpegReader();
  const sofAt = BARE.indexOf(Buffer.from([0xff, 0xc0]));
  const sosAt = BARE.indexOf(Buffer.from([0xff, 0xda]));
  const rows: [Uint8Array, string][] = [
    [Buffer.alloc(0), 'it has no SOI'],
    [Buffer.alloc(500, 0x80), 'it has no SOI'],
    [BARE.subarray(2), 'it has no SOI'],
    [Buffer.concat([BARE.subarray(0, sofAt), BARE.subarray(sosAt)]), 'it has no frame header'],
    [BARE.subarray(0, sosAt + 2), 'it has no picture data'],
    [Buffer.concat([BARE.subarray(0, -100), BARE]), 'its data is inconsistent'],
  ];
  for (const [payload, damage] of rows) assert.deepEqual(read(payload), { damage });
});
