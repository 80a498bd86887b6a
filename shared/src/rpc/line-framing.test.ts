import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../testing/fuzz-runs.ts';
import { createLineFraming } from './line-framing.ts';

const numRuns = FUZZ_RUNS;
const options = { timeout: FUZZ_TIMEOUT_MS };

function frame(maxBytes: number, chunks: readonly Uint8Array[]) {
  const seen: string[] = [];
  let held = 0;
  const framing = createLineFraming(maxBytes, {
    line: (text) => seen.push(`line ${text}`),
    malformed: () => seen.push('malformed'),
    tooLong: () => seen.push('too long'),
  });
  for (const chunk of chunks) {
    framing.push(chunk);
    held = Math.max(held, framing.heldBytes);
  }
  return { seen, held };
}

describe('line framing', options, () => {
  it('a line in pieces is whole although each was read into the same buffer', () => {
    const seen: string[] = [];
    const fail = () => assert.fail();
    const framing = createLineFraming(100, { line: (text) => seen.push(text), malformed: fail, tooLong: fail });
    const buffer = Buffer.alloc(4);
    for (const piece of ['{"a"', ':"bc', '"}\n']) framing.push(buffer.subarray(0, buffer.write(piece)));

    assert.deepEqual(seen, ['{"a":"bc"}']);
  });

  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ['a line', ['abc\n'], ['line abc']],
    ['two lines in one chunk', ['a\nb\n'], ['line a', 'line b']],
    ['a line in pieces', ['a', 'b', 'c\nd'], ['line abc']],
    ['an empty line', ['\n\n'], ['line ', 'line ']],
    ['nothing before the newline comes', ['abc'], []],
    ['a line of just the limit', ['1234567\n'], ['line 1234567']],
    ['a line one too long', ['12345678\n'], ['too long']],
    ['a line that cannot end in time', ['12345678'], ['too long']],
    ['the limit is for a line, not for a chunk', ['1234567\n1234567\n'], ['line 1234567', 'line 1234567']],
    ['nothing is read after a line too long', ['123456789\nabc\n', 'def\n'], ['too long']],
    ['a carriage return stays', ['a\r\n'], ['line a\r']],
    ['a byte order mark stays', ['\ufeffa\n'], ['line \ufeffa']],
  ];
  for (const [title, chunks, expected] of cases) {
    it(title, options, () => {
      const { seen } = frame(
        8,
        chunks.map((chunk) => Buffer.from(chunk)),
      );

      assert.deepEqual(seen, expected);
    });
  }

  it('what is not UTF-8 is named, and the next line is read', options, () => {
    const { seen } = frame(8, [Buffer.from([0xc3]), Buffer.from([0x28, 0x0a]), Buffer.from('ok\n')]);

    assert.deepEqual(seen, ['malformed', 'line ok']);
  });

  it('a character cut in two by the chunks is whole again', options, () => {
    const { seen } = frame(
      64,
      [...Buffer.from('Küche ☕\n')].map((byte) => Uint8Array.of(byte)),
    );

    assert.deepEqual(seen, ['line Küche ☕']);
  });

  it('a line that closes the connection is the last one read', options, () => {
    let isOpen = true;
    const seen: string[] = [];
    const events = {
      line(text: string) {
        seen.push(text);
        isOpen = false;
      },
      malformed() {},
      tooLong() {},
    };
    createLineFraming(64, events, () => isOpen).push(Buffer.from('a\nb\n'));

    assert.deepEqual(seen, ['a']);
  });

  it('however lines are cut into chunks, each comes out once and in order', options, () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((value) => value.replaceAll('\n', ' '));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), fc.array(fc.nat(40), { maxLength: 40 }), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const { seen } = frame(4_096, cut(bytes, cuts));
        assert.deepEqual(
          seen,
          lines.map((line) => `line ${line}`),
        );
      }),
      { numRuns },
    );
  });

  it('any bytes, any cuts: what is held stays below the limit', options, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.array(fc.nat(40), { maxLength: 40 }), (bytes, cuts) => {
        const { held } = frame(32, cut(bytes, cuts));
        assert.ok(held < 32);
      }),
      { numRuns },
    );
  });
});

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(start, start + length));
    start += length;
  }
  return [...chunks, bytes.subarray(start)];
}
