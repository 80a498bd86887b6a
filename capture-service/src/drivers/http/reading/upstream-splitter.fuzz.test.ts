import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWholeJpeg } from '@soft-stream/shared/mjpeg/jpeg';
import { sampleJpeg } from '@soft-stream/shared/mjpeg/testing/sample-jpeg';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '@soft-stream/shared/testing/fuzz-runs';
import fc from 'fast-check';
import { UpstreamError } from '../failure/upstream-error.ts';
import { splitInto } from './testing/split-into.ts';

const numRuns = FUZZ_RUNS;
const timeout = FUZZ_TIMEOUT_MS;
const MAX_FRAME_BYTES = 3_000;

const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });
const jpeg = fc
  .record({ seed: fc.nat(), dataBytes: fc.integer({ min: 0, max: 500 }), fillBytes: fc.integer({ min: 0, max: 2 }) })
  .map(sampleJpeg);
/** Everything that a camera may do between two pictures. */
const manner = fc.record({
  named: fc.constantFrom(undefined, 'foo', '--foo'),
  delimiter: fc.constantFrom('--foo', '----foo'),
  lineEnd: fc.constantFrom('\r\n', '\n'),
  before: fc.constantFrom('', '\r\n', '\n'),
  isDoubled: fc.boolean(),
  length: fc.constantFrom('none', 'right', 'wrong'),
});

test('every picture of a camera is found, in whatever manner and chunks it comes', { timeout }, () => {
  fc.assert(
    fc.property(manner, fc.array(jpeg, { minLength: 1, maxLength: 6 }), cuts, (how, jpegs, chunkBytes) => {
      const line = how.delimiter + how.lineEnd;
      const pieces = jpegs.flatMap((each) => {
        const wrong = how.length === 'wrong' ? 13 : 0;
        const length = how.length === 'none' ? '' : `Content-Length: ${each.byteLength + wrong}${how.lineEnd}`;
        const lines = how.isDoubled ? line + line : line;
        return [Buffer.from(`${how.before}${lines}${length}${how.lineEnd}`), each, Buffer.from(how.lineEnd)];
      });

      const found = splitInto(Buffer.concat(pieces), { named: how.named, chunkBytes, maxFrameBytes: MAX_FRAME_BYTES });

      assert.deepEqual(found.jpegs, jpegs);
      assert.deepEqual(found.damage, []);
    }),
    { numRuns },
  );
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '--foo',
        '--foo\r\n',
        '\r\n',
        '\n',
        '\r\n\r\n',
        '--',
        '--foo--',
        'Content-Length: 99',
        '\xff\xd8\xff',
      ),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      jpeg.map((bytes) => bytes.toString('latin1')),
      fc.tuple(jpeg, fc.nat(600)).map(([bytes, end]) => bytes.toString('latin1', 0, end)),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => Buffer.from(pieces.join(''), 'latin1'));

test('whatever comes, only whole JPEGs below the limit are given out, and every end has a cause', { timeout }, () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom(undefined, 'foo'), cuts, (stream, named, chunkBytes) => {
      try {
        const { jpegs } = splitInto(stream, { named, chunkBytes, maxFrameBytes: MAX_FRAME_BYTES });
        for (const each of jpegs) assert.ok(isWholeJpeg(each) && each.byteLength <= MAX_FRAME_BYTES + 2);
      } catch (error) {
        assert.ok(error instanceof UpstreamError, String(error));
      }
    }),
    { numRuns },
  );
});

test('what is found does not depend on where the chunks were cut', { timeout }, () => {
  const outcome = (stream: Buffer, named: string | undefined, chunkBytes: number | readonly number[]) => {
    try {
      return splitInto(stream, { named, chunkBytes }).jpegs;
    } catch (error) {
      return error instanceof UpstreamError ? error.failure : error;
    }
  };
  fc.assert(
    fc.property(hostile, fc.constantFrom(undefined, 'foo'), cuts, (stream, named, chunkBytes) => {
      assert.deepEqual(outcome(stream, named, chunkBytes), outcome(stream, named, 1));
    }),
    { numRuns },
  );
});
