import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advanceHead, multipartContentType, PART_END, partHead, unixSeconds } from './multipart-writer.ts';

const ADVANCE_HEAD = advanceHead('FRAME');
/** A stream begins with a delimiter, not with the end of a part. */
const FIRST_ADVANCE_HEAD = ADVANCE_HEAD.slice(2);

test('a plain part on the wire', { timeout: 5_000 }, () => {
  assert.equal(multipartContentType('FRAME'), 'multipart/x-mixed-replace; boundary=FRAME');
  assert.equal(
    `${partHead({ byteLength: 54321, capturedAtMs: 1_700_000_000_123.456, kind: 'live' })}<jpeg>${PART_END}`,
    '--FRAME\r\nContent-Type: image/jpeg\r\nContent-Length: 54321\r\nX-Timestamp: 1700000000.123456\r\n' +
      'X-Frame-Kind: live\r\n\r\n<jpeg>\r\n',
  );
});

test('in advance mode each frame is followed by the head of the next part', { timeout: 5_000 }, () => {
  assert.equal(
    `${FIRST_ADVANCE_HEAD}<jpeg>${ADVANCE_HEAD}<jpeg>${ADVANCE_HEAD}`,
    '--FRAME\r\nContent-Type: image/jpeg\r\n\r\n<jpeg>\r\n--FRAME\r\nContent-Type: image/jpeg\r\n\r\n' +
      '<jpeg>\r\n--FRAME\r\nContent-Type: image/jpeg\r\n\r\n',
  );
});

test('timestamps have 6 decimals', { timeout: 5_000 }, () => {
  assert.equal(unixSeconds(1_700_000_000_000), '1700000000.000000');
  assert.equal(unixSeconds(1_700_000_000_123), '1700000000.123000');
  assert.equal(unixSeconds(0), '0.000000');
});
