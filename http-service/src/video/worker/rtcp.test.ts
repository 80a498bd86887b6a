import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRtcp } from './rtcp.ts';

const options = { timeout: 20_000 };
const REPORT = '80c9000100000001';
const LOSS = '81ce00020000000100000002';
const INTRA = '84ce00040000000100000002000000020a000000';
const NACK = '81cd0003000000010000000200010000';

const TABLE: readonly (readonly [string, string, boolean, boolean])[] = [
  ['a receiver report', REPORT, true, false],
  ['a report and a picture loss indication', REPORT + LOSS, true, true],
  ['a full intra request', INTRA, true, true],
  ['a request for lost packets', NACK, true, false],
  ['nothing', '', false, false],
  ['an RTP packet', '8060000100000001', false, false],
  ['a packet that is cut off', LOSS.slice(0, 16), false, false],
];
for (const [what, hex, isAlive, wantsKeyFrame] of TABLE) {
  test(`${what} is read as it is meant`, options, () => {
    assert.deepEqual(readRtcp(Buffer.from(hex, 'hex')), { isAlive, wantsKeyFrame });
  });
}

test('any bytes are accepted', options, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof readRtcp(Buffer.from(bytes)) === 'object'),
  );
});
