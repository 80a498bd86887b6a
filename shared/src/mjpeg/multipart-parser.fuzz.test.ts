import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { errorCode } from '../runtime/errors.ts';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../testing/fuzz-runs.ts';
import { createMultipartParser } from './multipart-parser.ts';
import { advanceHead, PART_END, partHead } from './multipart-writer.ts';

const ADVANCE_HEAD = advanceHead('FRAME');
/** A stream begins with a delimiter, not with the end of a part. */
const FIRST_ADVANCE_HEAD = ADVANCE_HEAD.slice(2);

const numRuns = FUZZ_RUNS;
const timeout = FUZZ_TIMEOUT_MS;
const MAX_PART_BYTES = 2000;

function parse(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const bodies: Buffer[] = [];
  const parser = createMultipartParser({
    boundary: 'FRAME',
    maxPartBytes: MAX_PART_BYTES,
    onPart: (_headers, body) => bodies.push(body),
  });
  for (let at = 0, index = 0; at < stream.byteLength; index++) {
    const chunk = Uint8Array.from(stream.subarray(at, at + (cuts[index % cuts.length] ?? 1)));
    parser.push(chunk);
    at += chunk.byteLength;
    chunk.fill(0);
  }
  return bodies;
}

const cuts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });
/** Pieces of the format itself, except a whole delimiter line. */
const body = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '-',
        '--',
        '\r\n',
        '\r\n--FRAME',
        'FRAME',
        '--FRAME\r\n',
        '\r\n\r\n',
        'Content-Length: 3',
      ),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

test('what the writer writes comes out of the parser, with lengths', { timeout }, () => {
  fc.assert(
    fc.property(fc.array(body, { maxLength: 6 }), cuts, fc.boolean(), (bodies, sizes, hasLeadingCrlf) => {
      const stream = bodies.flatMap((bytes) => [
        Buffer.from(partHead({ byteLength: bytes.byteLength, capturedAtMs: 1, kind: 'held' })),
        bytes,
        Buffer.from(PART_END),
      ]);

      const seen = parse(Buffer.concat([Buffer.from(hasLeadingCrlf ? '\r\n' : ''), ...stream]), sizes);

      assert.deepEqual(seen, bodies);
    }),
    { numRuns },
  );
});

test('what the writer writes comes out of the parser, without lengths', { timeout }, () => {
  const plain = body.filter((bytes) => !/\r\n--FRAME(--|[ \t]*\r\n)/.test(`${bytes.toString('latin1')}\r\n--FRAM`));
  fc.assert(
    fc.property(fc.array(plain, { maxLength: 6 }), cuts, (bodies, sizes) => {
      const stream = bodies.flatMap((bytes) => [bytes, Buffer.from(ADVANCE_HEAD)]);

      assert.deepEqual(parse(Buffer.concat([Buffer.from(FIRST_ADVANCE_HEAD), ...stream]), sizes), bodies);
    }),
    { numRuns },
  );
});

test('any bytes give parts within the limit or ERR_MULTIPART, whatever the chunks', { timeout }, () => {
  const stream = fc
    .array(
      fc.oneof(
        body,
        fc.constantFrom(FIRST_ADVANCE_HEAD, ADVANCE_HEAD, '\r\n--FRAME--').map((text) => Buffer.from(text)),
      ),
      {
        maxLength: 12,
      },
    )
    .map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(stream, cuts, (bytes, sizes) => {
      const outcome = (chunks: readonly number[]) => {
        try {
          return parse(bytes, chunks);
        } catch (error) {
          assert.equal(errorCode(error), 'ERR_MULTIPART');
          return 'refused';
        }
      };
      const seen = outcome(sizes);

      if (seen !== 'refused') for (const part of seen) assert.ok(part.byteLength <= MAX_PART_BYTES);
      assert.deepEqual(seen, outcome([bytes.byteLength + 1]));
    }),
    { numRuns },
  );
});
