import assert from 'node:assert/strict';
import test from 'node:test';
import { createHeaderSplitter } from './header-splitter.ts';

const TIMEOUT = { timeout: 20_000 };

function record(maxPayloadBytes = 1_000) {
  const payloads: string[] = [];
  let other = '';
  let time = 0;
  const times: number[] = [];
  const splitter = createHeaderSplitter({
    maxPayloadBytes,
    now: () => ++time,
    onPayload(payload, at) {
      payloads.push(Buffer.from(payload).toString('latin1'));
      times.push(at);
    },
    onOther: (bytes) => (other += Buffer.from(bytes).toString('latin1')),
  });
  return { splitter, payloads, times, other: () => other };
}

function framed(payload: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return Buffer.concat([Buffer.from('rdhV'), length, Buffer.from(payload, 'latin1')]);
}

const STREAM = Buffer.concat([
  Buffer.from('Frame rate set to 30.000 fps\n'),
  framed('first'),
  framed(''),
  framed('r rd rdh with pieces of a header'),
  Buffer.from('noise'),
  framed('x'.repeat(900)),
  framed('last'),
]);
const PAYLOADS = ['first', '', 'r rd rdh with pieces of a header', 'x'.repeat(900), 'last'];

test(
  'buffers are told apart however the chunks are cut; text before them and noise between are no part',
  TIMEOUT,
  () => {
    for (let size = 1; size <= STREAM.length; size += size < 40 ? 1 : 37) {
      const { splitter, payloads, other } = record();
      for (let at = 0; at < STREAM.length; at += size) splitter.push(STREAM.subarray(at, at + size));
      assert.deepEqual(payloads, PAYLOADS, `chunks of ${size}`);
      assert.equal(other(), 'Frame rate set to 30.000 fps\nnoise', `chunks of ${size}`);
    }
  },
);

test('a buffer is as old as the chunk with its first byte', TIMEOUT, () => {
  const { splitter, times } = record();
  const two = Buffer.concat([framed('abc'), framed('def')]);
  splitter.push(two.subarray(0, 5));
  splitter.push(two.subarray(5, 14));
  splitter.push(two.subarray(14));
  assert.deepEqual(times, [1, 2]);
});

test('a length that no buffer has is noise, and the next header is found', TIMEOUT, () => {
  const { splitter, payloads } = record(10);
  splitter.push(Buffer.concat([framed('x'.repeat(11)), framed('good')]));
  assert.deepEqual(payloads, ['good']);
});
