import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { readBody } from './read-body.ts';

const options = { timeout: 5_000 };

function request(headers: Record<string, string> = {}) {
  const body = new PassThrough();
  return Object.assign(body, { headers }) as unknown as IncomingMessage & PassThrough;
}

test('a body is the text of all its pieces, also of one character that came in two', options, async () => {
  const from = request();
  const body = readBody(from, manualClock());
  from.write(Buffer.from([0x7b, 0xc3]));
  from.end(Buffer.from([0xbc, 0x7d]));

  assert.equal(await body, '{ü}');
});

test('one that says or turns out to be longer than the limit is refused', options, async () => {
  await assert.rejects(readBody(request({ 'content-length': '11' }), manualClock(), 10), {
    code: 'ERR_BODY_TOO_LARGE',
  });

  const from = request();
  const body = readBody(from, manualClock(), 10);
  from.write('12345678901');
  await assert.rejects(body, { code: 'ERR_BODY_TOO_LARGE' });
});

test('one that is not UTF-8 is refused for that', options, async () => {
  const from = request();
  const body = readBody(from, manualClock());
  from.end(Buffer.from([0xff]));

  await assert.rejects(body, { code: 'ERR_BODY_ENCODING' });
});

test('one that does not end in time, or whose sender has gone, is given up', options, async () => {
  const clock = manualClock();
  const slow = assert.rejects(readBody(request(), clock), { code: 'ERR_BODY_TIMEOUT' });
  await clock.advance(5_000);
  await slow;

  const from = request();
  const body = readBody(from, manualClock());
  from.destroy();
  await assert.rejects(body, { code: 'ERR_BODY_TIMEOUT' });
});
