import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccessUnit, createFlvReader } from './flv-reader.ts';

const options = { timeout: 10_000 };

const SPS = Buffer.from('6742c01f', 'hex');
const PPS = Buffer.from('68ce', 'hex');
/** AVCDecoderConfigurationRecord: one SPS, one PPS. */
const PARAMETER_SETS = Buffer.concat([
  Buffer.from('0142c01fffe1', 'hex'),
  Buffer.from([0, SPS.byteLength]),
  SPS,
  Buffer.from([1, 0, PPS.byteLength]),
  PPS,
]);
const IDR = Buffer.from('0000000265aa', 'hex');
const DELTA = Buffer.from('0000000241bb', 'hex');

function tag(type: number, timeMs: number, body: Buffer): Buffer {
  const head = Buffer.alloc(11);
  head[0] = type;
  head.writeUIntBE(body.byteLength, 1, 3);
  head.writeUIntBE(timeMs % 2 ** 24, 4, 3);
  head[7] = Math.floor(timeMs / 2 ** 24);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.byteLength + 11);
  return Buffer.concat([head, body, size]);
}

const FILE = Buffer.concat([
  Buffer.from('464c5601010000000900000000', 'hex'),
  tag(18, 0, Buffer.from('metadata')),
  tag(9, 0, Buffer.concat([Buffer.from([0x17, 0, 0, 0, 0]), PARAMETER_SETS])),
  tag(9, 70_000_001, Buffer.concat([Buffer.from([0x17, 1, 0, 0, 0]), IDR])),
  tag(9, 70_000_068, Buffer.concat([Buffer.from([0x27, 1, 0, 0, 0]), DELTA])),
  tag(9, 70_000_068, Buffer.from([0x17, 2, 0, 0, 0])),
]);
const EXPECTED: readonly AccessUnit[] = [
  {
    timeMs: 70_000_001,
    isKey: true,
    bytes: Buffer.concat([Buffer.from([0, 0, 0, 4]), SPS, Buffer.from([0, 0, 0, 2]), PPS, IDR]),
  },
  { timeMs: 70_000_068, isKey: false, bytes: DELTA },
];

test(
  'every access unit comes out whole wherever the stream is cut, key frames with their parameter sets',
  options,
  () => {
    for (const pieceBytes of [1, 2, 7, 50, FILE.byteLength]) {
      const units: AccessUnit[] = [];
      const reader = createFlvReader((unit) => units.push(unit));

      for (let at = 0; at < FILE.byteLength; at += pieceBytes) reader.push(FILE.subarray(at, at + pieceBytes));

      assert.deepEqual(units, EXPECTED, `${pieceBytes} bytes at a time`);
    }
  },
);

test('an access unit is handed on with its last byte, before anything follows', options, () => {
  const units: AccessUnit[] = [];
  const reader = createFlvReader((unit) => units.push(unit));
  const end = FILE.indexOf(DELTA) + DELTA.byteLength + 4;

  reader.push(FILE.subarray(0, end));

  assert.equal(units.length, 2);
});

test('what is no FLV is refused', options, () => {
  assert.throws(() => createFlvReader(() => undefined).push(Buffer.from('HTTP/1.1 200 OK')), /not FLV/);
});
