import assert from 'node:assert/strict';
import test from 'node:test';
import { createSpokenText } from './spoken-text.ts';

test('marks per frame and rates are no words, and the last kilobytes are kept', { timeout: 20_000 }, () => {
  const spoken = createSpokenText();
  spoken.push(Buffer.from('Frame rate set to 30.000 fps\n'));
  for (let frame = 0; frame < 10_000; frame++) spoken.push(Buffer.from(frame % 30 === 0 ? ' 30.00 fps\n<' : '<'));
  spoken.push(Buffer.from('<<VIDIOC_DQBUF: failed: No such device\n'));
  assert.equal(spoken.text(), 'VIDIOC_DQBUF: failed: No such device');

  spoken.push(Buffer.alloc(100_000, 'x'));
  assert.ok(spoken.text().length <= 4_096);
});
