import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMultipartParser } from './multipart-parser.ts';
import { advanceHead, closingDelimiter, PART_END, partHead } from './multipart-writer.ts';

const ADVANCE_HEAD = advanceHead('FRAME');
/** A stream begins with a delimiter, not with the end of a part. */
const FIRST_ADVANCE_HEAD = ADVANCE_HEAD.slice(2);

interface Part {
  readonly headers: Record<string, string>;
  readonly body: string;
}

function parse(stream: string, pieceBytes = stream.length, maxPartBytes = 1000): { parts: Part[]; isClosed: boolean } {
  const parts: Part[] = [];
  const parser = createMultipartParser({
    boundary: 'FRAME',
    maxPartBytes,
    onPart: (headers, body) => parts.push({ headers: Object.fromEntries(headers), body: body.toString('latin1') }),
  });
  const bytes = Buffer.from(stream, 'latin1');
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) parser.push(bytes.subarray(at, at + pieceBytes));
  return { parts, isClosed: parser.isClosed };
}

/** Bodies with what looks like a delimiter and is none. */
const bodies = ['\xff\xd8one\xff\xd9', '\r\n--FRAMEWORK\r\n\r\n--', '', '--FRAME\r\n', '\r\n--FRAM\r\n--FRAME-x'];

test('parts with a length come out with their headers, whatever the chunks', { timeout: 10_000 }, () => {
  const stream = bodies
    .map((body) => partHead({ byteLength: body.length, capturedAtMs: 1500, kind: 'live' }) + body + PART_END)
    .join('');

  for (const pieceBytes of [1, 2, 3, 10, 1000]) {
    const { parts } = parse(stream, pieceBytes);

    assert.deepEqual(
      parts.map(({ body }) => body),
      bodies,
      `pieces of ${pieceBytes}`,
    );
    assert.deepEqual(parts[0]?.headers, {
      'content-type': 'image/jpeg',
      'content-length': '7',
      'x-timestamp': '1.500000',
      'x-frame-kind': 'live',
    });
  }
});

test('parts without a length end at the next delimiter, whatever the chunks', { timeout: 10_000 }, () => {
  const stream = FIRST_ADVANCE_HEAD + bodies.map((body) => body + ADVANCE_HEAD).join('');

  for (const pieceBytes of [1, 2, 3, 10, 1000]) {
    assert.deepEqual(
      parse(stream, pieceBytes).parts.map(({ body }) => body),
      bodies,
      `pieces of ${pieceBytes}`,
    );
  }
});

test('a part with a length comes out with its last byte, before any delimiter', { timeout: 10_000 }, () => {
  const stream = `${partHead({ byteLength: 3, capturedAtMs: 0, kind: 'live' })}abc`;

  assert.equal(parse(stream).parts.length, 1);
  assert.equal(parse(stream.slice(0, -1)).parts.length, 0);
});

test('a part without a length comes out when the next delimiter line is whole', { timeout: 10_000 }, () => {
  const stream = `${FIRST_ADVANCE_HEAD}abc\r\n--FRAME\r\n`;

  assert.equal(parse(stream).parts.length, 1);
  assert.equal(parse(stream.slice(0, -1)).parts.length, 0);
});

test('preamble, leading CRLF, padding, a part without headers and the epilogue are understood', {
  timeout: 10_000,
}, () => {
  const stream = '\r\nhello\r\n--FRAME \t\r\nA: b\r\n\r\none\r\n--FRAME\r\n\r\ntwo\r\n--FRAME--\r\nbye --FRAME\r\n\r\n';

  for (const pieceBytes of [1, 5, 1000]) {
    const { parts, isClosed } = parse(stream, pieceBytes);

    assert.deepEqual(parts, [
      { headers: { a: 'b' }, body: 'one' },
      { headers: {}, body: 'two' },
    ]);
    assert.equal(isClosed, true);
  }
  assert.equal(parse(`${PART_END}${closingDelimiter('FRAME')}`).isClosed, true);
  assert.equal(parse('\r\n--FRAME\r\n\r\n').isClosed, false);
});

test('what is not multipart is refused within bounds, and refused again', { timeout: 10_000 }, () => {
  const cases = {
    'no delimiter': '<html>'.repeat(20_000),
    'endless head': `--FRAME\r\n${'A: b\r\n'.repeat(5000)}`,
    'a part with a length over the limit': '--FRAME\r\nContent-Length: 1001\r\n\r\n',
    'a length that is none': '--FRAME\r\nContent-Length: -1\r\n\r\n',
    'a part without a length over the limit': `--FRAME\r\n\r\n${'x'.repeat(2000)}`,
    'a part over the limit that ends': `--FRAME\r\n\r\n${'x'.repeat(1001)}\r\n--FRAME\r\n`,
    'a length that is wrong': '--FRAME\r\nContent-Length: 2\r\n\r\nabc\r\n--FRAME\r\n',
    'an endless delimiter line': `--FRAME\r\nContent-Length: 1\r\n\r\na\r\n--FRAME${' '.repeat(1000)}`,
  };
  for (const [what, stream] of Object.entries(cases)) {
    for (const pieceBytes of [100, stream.length]) {
      assert.throws(() => parse(stream, pieceBytes), { code: 'ERR_MULTIPART' }, `${what}, pieces of ${pieceBytes}`);
    }
  }
  const parser = createMultipartParser({ boundary: 'FRAME', maxPartBytes: 1, onPart: () => {} });
  assert.throws(() => parser.push(Buffer.from('--FRAME\r\nContent-Length: x\r\n\r\n')), { code: 'ERR_MULTIPART' });
  assert.throws(() => parser.push(Buffer.from('--FRAME')), { code: 'ERR_MULTIPART' });
});
