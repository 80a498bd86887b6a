import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../testing/fuzz-runs.ts';
import { isWholeJpeg, readJpegSize } from './jpeg.ts';
import { createJpegSplitter } from './jpeg-splitter.ts';
import { sampleJpeg } from './testing/sample-jpeg.ts';

const numRuns = FUZZ_RUNS;
const timeout = FUZZ_TIMEOUT_MS;
const MAX_FRAME_BYTES = 4000;

function split(stream: Uint8Array, cuts: readonly number[], maxFrameBytes = MAX_FRAME_BYTES) {
  const frames: Buffer[] = [];
  let garbage = 0;
  const splitter = createJpegSplitter({
    maxFrameBytes,
    now: () => 0,
    onFrame(jpeg, size) {
      assert.deepEqual(readJpegSize(jpeg), size);
      frames.push(Buffer.from(jpeg));
    },
    onGarbage(byteLength) {
      assert.ok(byteLength > 0);
      garbage += byteLength;
    },
  });
  // Each chunk is scribbled over once it was pushed: whoever kept a view of it would hand out rubbish.
  for (let at = 0, index = 0; at < stream.byteLength; index++) {
    const chunk = Uint8Array.from(stream.subarray(at, at + (cuts[index % cuts.length] ?? 1)));
    splitter.push(chunk);
    at += chunk.byteLength;
    chunk.fill(0xd8);
  }
  splitter.end();
  return { frames, garbage };
}

const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5000 })), {
  minLength: 1,
  maxLength: 8,
});
const jpeg = fc
  .record({
    seed: fc.nat(),
    dataBytes: fc.integer({ min: 0, max: 600 }),
    extraScans: fc.integer({ min: 0, max: 2 }),
    fillBytes: fc.integer({ min: 0, max: 2 }),
    hasThumbnail: fc.boolean(),
  })
  .map(({ hasThumbnail, ...options }) =>
    sampleJpeg(
      hasThumbnail ? { ...options, thumbnail: sampleJpeg({ dataBytes: 150, seed: options.seed + 1 }) } : options,
    ),
  );
/** Bytes that look like parts of JPEGs more often than chance would have it. */
const hostileBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'ffd8ff',
        'ffd8',
        'ffd9',
        'ff',
        'ffda',
        'ffda000c03010002110311003f00',
        'ffe00010',
        'ffe1ffff',
        'ffdb0043',
      ),
      fc.constantFrom(
        'ffc00011080008000803012200021101031101',
        'ffd8ffc0000b080008000801011100',
        'ffd8ffe00002',
        'fffe0003',
      ),
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'hex'));

test('whole frames with garbage between them come out as they are', { timeout }, () => {
  const garbageBytes = fc.uint8Array({ maxLength: 50 }).map((bytes) => bytes.map((value) => value & 0x7f));
  fc.assert(
    fc.property(fc.array(fc.tuple(garbageBytes, jpeg), { maxLength: 6 }), cuts, (pieces, sizes) => {
      const seen = split(Buffer.concat(pieces.flat()), sizes);

      assert.deepEqual(
        seen.frames,
        pieces.map(([, frame]) => frame),
      );
      assert.equal(
        seen.garbage,
        pieces.reduce((sum, [bytes]) => sum + bytes.byteLength, 0),
      );
    }),
    { numRuns },
  );
});

test('of frames that are cut anywhere only these are lost', { timeout }, () => {
  const cutFrame = fc
    .record({ seed: fc.nat(), dataBytes: fc.integer({ min: 0, max: 300 }), extraScans: fc.integer({ min: 0, max: 2 }) })
    .chain((options) => {
      const whole = sampleJpeg(options);
      return fc
        .integer({ min: 1, max: whole.byteLength - 1 })
        .map((length) => ({ bytes: whole.subarray(0, length), isWhole: false }));
    });
  const piece = fc.oneof(
    cutFrame,
    jpeg.map((bytes) => ({ bytes, isWhole: true })),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), cuts, (pieces, sizes) => {
      const seen = split(Buffer.concat(pieces.map(({ bytes }) => bytes)), sizes);

      assert.deepEqual(
        seen.frames,
        pieces.filter(({ isWhole }) => isWhole).map(({ bytes }) => bytes),
      );
    }),
    { numRuns },
  );
});

test('any bytes are cut into whole JPEGs within the limit and garbage, with nothing lost or added', { timeout }, () => {
  const stream = fc.array(fc.oneof(hostileBytes, jpeg), { maxLength: 10 }).map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(stream, cuts, fc.integer({ min: 3, max: MAX_FRAME_BYTES }), (bytes, sizes, maxFrameBytes) => {
      const { frames, garbage } = split(bytes, sizes, maxFrameBytes);

      for (const frame of frames) assert.ok(isWholeJpeg(frame) && frame.byteLength <= maxFrameBytes);
      assert.equal(
        frames.reduce((sum, frame) => sum + frame.byteLength, garbage),
        bytes.byteLength,
      );
    }),
    { numRuns },
  );
});

test('how a stream is cut into chunks changes nothing', { timeout }, () => {
  const stream = fc.array(fc.oneof(hostileBytes, jpeg), { maxLength: 8 }).map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(stream, cuts, (bytes, sizes) => {
      // A frame near the limit is judged when it arrives, so the limit is out of reach here.
      assert.deepEqual(split(bytes, sizes, 100_000), split(bytes, [bytes.byteLength + 1], 100_000));
    }),
    { numRuns },
  );
});
