import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordReader } from '../../portal/wall/records.js';
import { encodeRecord } from './wall-record.ts';

const timeout = 10_000;

const PICTURE = { type: 'picture', camera: 'cam3', capturedMs: 1_234 } as const;
const JPEG = Uint8Array.from([0xff, 0xd8, 1, 2, 3, 0xff, 0xd9]);

test('a record as it goes over the wire', { timeout }, () => {
  const json = '{"type":"picture","camera":"cam3","capturedMs":1234,"sentMs":1300}';

  const bytes = encodeRecord(PICTURE, 1_300.4, JPEG);

  assert.equal(bytes.toString('latin1'), `\0\0\0\x4d\0\0\0\x42${json}\xff\xd8\x01\x02\x03\xff\xd9`);
});

test('the page reads records wherever the chunks are cut', { timeout }, () => {
  const stream = Buffer.concat([
    encodeRecord({ type: 'hello', session: 'abc', version: '1.0.0' }, 1),
    encodeRecord(PICTURE, 2, JPEG),
    encodeRecord({ type: 'heartbeat' }, 3),
    encodeRecord(PICTURE, 4, new Uint8Array(5_000).fill(7)),
  ]);
  for (let size = 1; size <= 40; size++) {
    const seen: [unknown, number | undefined][] = [];
    const reader = createRecordReader(({ type, sentMs }, picture) => {
      seen.push([`${type} ${sentMs}`, picture?.byteLength]);
    });

    for (let at = 0; at < stream.byteLength; at += size) reader.push(stream.subarray(at, at + size));

    assert.deepEqual(seen, [
      ['hello 1', undefined],
      ['picture 2', 7],
      ['heartbeat 3', undefined],
      ['picture 4', 5_000],
    ]);
  }
});

for (const [what, bytes] of [
  ['longer than any', [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]],
  ['shorter than its head', [0, 0, 0, 3, 0, 0, 0, 0]],
  ['with more JSON than bytes', [0, 0, 0, 8, 0, 0, 0, 9, 0x7b, 0x7d, 0, 0]],
] as const) {
  test(`a record ${what} is an error, and not a wait for ever`, { timeout }, () => {
    const reader = createRecordReader(() => undefined);

    assert.throws(() => reader.push(Uint8Array.from(bytes)), RangeError);
  });
}
