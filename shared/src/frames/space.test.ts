import assert from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import { test } from 'node:test';
import { FatalError } from '../runtime/errors.ts';
import { checkSpace, slotSizes } from './space.ts';

const MIB = 1024 * 1024;
const camera = {
  width: 1280,
  height: 720,
  snapshot: { width: 1280, height: 720, quality: 95 },
  slotBytes: undefined,
  stillSlotBytes: undefined,
};

test('slots have at least 1 and 4 MiB, and a byte a pixel', { timeout: 5_000 }, () => {
  assert.deepEqual(slotSizes(camera), {
    streamSlotBytes: MIB,
    stillSlotBytes: 4 * MIB,
    byteLength: 4096 + 12 * MIB,
  });
  assert.deepEqual(slotSizes({ ...camera, width: 2304, height: 1296, snapshot: { width: 4608, height: 2592 } }), {
    streamSlotBytes: 2_985_984,
    stillSlotBytes: 11_943_936,
    byteLength: 4096 + 8 * 2_985_984 + 11_943_936,
  });
});

test('configured slots win and are rounded up to pages', { timeout: 5_000 }, () => {
  const sizes = slotSizes({ ...camera, slotBytes: 300_001, stillSlotBytes: 1 });

  assert.deepEqual(sizes, { streamSlotBytes: 303_104, stillSlotBytes: 4096, byteLength: 4096 + 8 * 303_104 + 4096 });
});

test('two cameras with defaults fit the 64 MiB of the compose volume', { timeout: 5_000 }, () => {
  assert.ok(2 * slotSizes(camera).byteLength < 64 * MIB);
});

test('too little space ends the start with 78, both figures, and what to change', { timeout: 5_000 }, () => {
  const { bavail, bsize } = statfsSync('/dev/shm');
  checkSpace(4096);

  assert.throws(
    () => checkSpace(bavail * bsize + 3 * MIB),
    (error) => {
      assert.ok(error instanceof FatalError);
      assert.equal(error.exitCode, 78);
      assert.equal(error.code, 'ERR_SHM_TOO_SMALL');
      const figures = [...error.message.matchAll(/([\d.]+) MiB/g)].map((match) => Number(match[1]));
      assert.equal(figures.length, 2);
      assert.match(error.message, /size= option of the volume "frames" in compose\.yaml \(SOFT_STREAM_FRAMES_MB=\d+\)/);
      assert.match(error.message, /camN_slot_bytes/);
      return true;
    },
  );
});
