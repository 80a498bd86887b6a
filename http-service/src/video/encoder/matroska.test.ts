import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matroskaFrameHead, matroskaHead } from './matroska.ts';

const options = { timeout: 5_000 };
/** An EBML length of eight bytes, and a number of eight. */
const LENGTH_8 = '0100000000000008';
const number = (value: number) => value.toString(16).padStart(16, '0');

test('the head says MJPEG, milliseconds, the size and the duration of a frame', options, () => {
  const head = matroskaHead({ width: 1280, height: 720, fps: 15 }).toString('hex');

  assert.ok(head.startsWith('1a45dfa3'));
  assert.ok(head.includes('1853806701ffffffffffffff'), 'a segment without an end');
  assert.ok(head.includes(`2ad7b1${LENGTH_8}${number(1_000_000)}`), 'nanoseconds in a unit of time');
  assert.ok(head.includes(Buffer.from('V_MJPEG').toString('hex')));
  assert.ok(head.includes(`23e383${LENGTH_8}${number(66_666_667)}`), 'nanoseconds of a frame');
  assert.ok(head.includes(`b0${LENGTH_8}${number(1280)}ba${LENGTH_8}${number(720)}`));
});

test('a frame is a cluster of known length with its time and one block', options, () => {
  const head = matroskaFrameHead(4_711, 100).toString('hex');

  // 1 + 8 + 8 bytes of time, 1 + 8 + 4 + 100 of the block.
  const block = `a301000000000000${(104).toString(16)}81000080`;
  assert.equal(head, `1f43b67501000000000000${(130).toString(16)}e7${LENGTH_8}${number(4_711)}${block}`);
});
