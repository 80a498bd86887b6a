import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Size } from '../api/camera-status.ts';
import { createJpegSplitter } from './jpeg-splitter.ts';
import { sampleJpeg } from './testing/sample-jpeg.ts';

interface Seen {
  readonly frames: Buffer[];
  readonly sizes: Size[];
  readonly times: number[];
  readonly garbage: number[];
}

/** Pushes the chunks, with the chunk's number as the time, and ends the stream. */
function split(chunks: readonly Uint8Array[], maxFrameBytes = 100_000): Seen {
  const seen: Seen = { frames: [], sizes: [], times: [], garbage: [] };
  let now = 0;
  const splitter = createJpegSplitter({
    maxFrameBytes,
    now: () => now,
    onFrame(jpeg, size, firstByteAt) {
      seen.frames.push(Buffer.from(jpeg));
      seen.sizes.push(size);
      seen.times.push(firstByteAt);
    },
    onGarbage: (byteLength) => seen.garbage.push(byteLength),
  });
  for (const chunk of chunks) {
    splitter.push(chunk);
    now += 1;
  }
  splitter.end();
  return seen;
}

function cut(bytes: Buffer, pieceBytes: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.byteLength / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
}

const first = sampleJpeg({ seed: 1 });
const second = sampleJpeg({ seed: 2, width: 1280, height: 720 });

test('frames back to back come out whole, with their sizes, whatever the chunks', { timeout: 20_000 }, () => {
  const stream = Buffer.concat([first, second, first]);

  for (const pieceBytes of [1, 2, 3, 7, 100, 1000, stream.byteLength]) {
    const seen = split(cut(stream, pieceBytes));

    assert.deepEqual(seen.frames, [first, second, first], `pieces of ${pieceBytes}`);
    assert.deepEqual(seen.sizes[1], { width: 1280, height: 720 });
    assert.deepEqual(seen.garbage, []);
  }
});

test('FF D9 in a quantisation table does not end a frame', { timeout: 5_000 }, () => {
  assert.ok(first.indexOf(Buffer.from([0xff, 0xd9])) < 100);

  assert.deepEqual(split([first]).frames, [first]);
});

test('a progressive frame goes on to the end of its last scan', { timeout: 5_000 }, () => {
  const progressive = sampleJpeg({ extraScans: 3 });

  assert.deepEqual(split(cut(Buffer.concat([progressive, first]), 11)).frames, [progressive, first]);
});

test('a thumbnail in EXIF is part of its frame', { timeout: 5_000 }, () => {
  const still = sampleJpeg({ thumbnail: sampleJpeg({ width: 320, height: 240, dataBytes: 8000 }) });

  const seen = split(cut(Buffer.concat([still, second]), 500));

  assert.deepEqual(seen.frames, [still, second]);
  assert.deepEqual(seen.sizes[0], { width: 640, height: 480 });
});

test('a frame that lies in one chunk is handed out without a copy', { timeout: 5_000 }, () => {
  const stream = Buffer.concat([first.subarray(0, 50), first.subarray(50), second]);
  const buffers: ArrayBufferLike[] = [];
  const splitter = createJpegSplitter({
    maxFrameBytes: 100_000,
    now: () => 0,
    onFrame: (jpeg) => buffers.push(jpeg.buffer),
    onGarbage: () => assert.fail('garbage'),
  });

  splitter.push(Uint8Array.from(stream.subarray(0, 50)));
  const chunk = Uint8Array.from(stream.subarray(50));
  splitter.push(chunk);

  assert.notEqual(buffers[0], chunk.buffer);
  assert.equal(buffers[1], chunk.buffer);
});

test('garbage before, between and after frames is counted and skipped', { timeout: 5_000 }, () => {
  const text = Buffer.from('ERROR: *** nobody expects text here ***\n');
  const seen = split([text, first, Buffer.concat([text, Buffer.from([0xff, 0xff, 0xd8, 0x00]), second]), text]);

  assert.deepEqual(seen.frames, [first, second]);
  assert.deepEqual(seen.garbage, [text.byteLength, text.byteLength + 4, text.byteLength]);
});

test('a frame cut anywhere does not swallow the next one', { timeout: 60_000 }, () => {
  const short = sampleJpeg({ dataBytes: 60, seed: 9 });
  for (let length = 1; length < short.byteLength; length++) {
    const seen = split([short.subarray(0, length), second, first]);

    assert.deepEqual(seen.frames, [second, first], `cut at ${length}`);
    assert.deepEqual(
      seen.garbage.reduce((sum, bytes) => sum + bytes, 0),
      length,
    );
  }
});

test('a frame cut within or behind the length of its APPn segment does not hide the next one as a thumbnail', {
  timeout: 5_000,
}, () => {
  const segmentOf255Bytes = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0x00, 0xff]);
  // The segment that the cut makes of it ends exactly where the first of these has its EOI.
  const next = sampleJpeg({ dataBytes: 700, seed: 3 });
  for (let length = 4; length <= segmentOf255Bytes.byteLength; length++) {
    const cutShort = segmentOf255Bytes.subarray(0, length);
    for (let dataBytes = 1; dataBytes < 120; dataBytes++) {
      const whole = sampleJpeg({ dataBytes, seed: dataBytes });

      assert.deepEqual(split([cutShort, whole, next]).frames, [whole, next], `cut at ${length}, ${dataBytes} bytes`);
    }
  }
});

test('a frame that waits behind a broken one comes out when the stream ends', { timeout: 5_000 }, () => {
  const cutInComment = Buffer.concat([first.subarray(0, 20), Buffer.from([0xff, 0xfe, 0xff, 0x00, 1, 2, 3])]);

  const seen = split([cutInComment, second]);

  assert.deepEqual(seen.frames, [second]);
  assert.deepEqual(seen.garbage, [cutInComment.byteLength]);
});

test('a frame over the limit is dropped, counted, and the next one comes out', { timeout: 5_000 }, () => {
  const large = sampleJpeg({ dataBytes: 5000 });
  const limit = first.byteLength;

  for (const pieceBytes of [1, 64, 1000, 100_000]) {
    const seen = split(cut(Buffer.concat([large, first]), pieceBytes), limit);

    assert.deepEqual(seen.frames, [first]);
    assert.equal(
      seen.garbage.reduce((sum, bytes) => sum + bytes, 0),
      large.byteLength,
    );
  }
  assert.deepEqual(split([first], limit - 1).frames, []);
});

test('an endless frame takes no more memory than the limit', { timeout: 60_000 }, () => {
  const limit = 1024 * 1024;
  const data = Buffer.alloc(64 * 1024, 0x55);
  let garbage = 0;
  const splitter = createJpegSplitter({
    maxFrameBytes: limit,
    now: () => 0,
    onFrame: () => assert.fail('frame'),
    onGarbage: (byteLength) => {
      garbage += byteLength;
    },
  });
  splitter.push(first.subarray(0, -2));
  const before = process.memoryUsage().arrayBuffers;

  for (let chunk = 0; chunk < 2000; chunk++) splitter.push(data);

  assert.ok(process.memoryUsage().arrayBuffers - before < 2 * limit);
  splitter.end();
  assert.equal(garbage, first.byteLength - 2 + 2000 * data.byteLength);
});

test('the time of a frame is that of the chunk with its first byte', { timeout: 5_000 }, () => {
  const stream = Buffer.concat([first, second]);

  const seen = split([stream.subarray(0, 1), stream.subarray(1, 100), stream.subarray(100, -5), stream.subarray(-5)]);

  assert.deepEqual(seen.times, [0, 2]);
});

test('after a callback threw, the next frame comes out', { timeout: 5_000 }, () => {
  const frames: number[] = [];
  let fails = true;
  const splitter = createJpegSplitter({
    maxFrameBytes: 100_000,
    now: () => 0,
    onFrame(jpeg) {
      if (fails) throw new Error('not now');
      frames.push(jpeg.byteLength);
    },
    onGarbage: () => {},
  });

  assert.throws(() => splitter.push(first), /not now/);
  fails = false;
  splitter.push(second);

  assert.deepEqual(frames, [second.byteLength]);
});
