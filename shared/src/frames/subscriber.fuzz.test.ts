import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { isWholeJpeg } from '../mjpeg/jpeg.ts';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../testing/fuzz-runs.ts';
import { cleanLeftover } from './janitor.ts';
import { HEADER, SLOT_HEAD, SLOT_HEAD_BYTES, slotHeadOffset, slotOffset, USED_HEADER_BYTES } from './layout.ts';
import { objectPath } from './names.ts';
import { openPublisher } from './publisher.ts';
import { openSubscriber } from './subscriber.ts';
import { frameOf, patchObject, SMALL_SLOTS, uniqueObjectName } from './testing/test-ring.ts';

const numRuns = FUZZ_RUNS;
const timeout = FUZZ_TIMEOUT_MS;
const signal = new AbortController().signal;
const LARGEST_SLOT = Math.max(SMALL_SLOTS.streamSlotBytes, SMALL_SLOTS.stillSlotBytes);

/** Reads everything there is to read; no result may be more than a slot, or no JPEG. */
async function readAll(objectName: string, slotBytes: number): Promise<void> {
  const subscriber = openSubscriber({ objectName });
  try {
    let room = Buffer.alloc(0);
    const head = subscriber.readLatest({
      reserve(byteLength) {
        assert.ok(byteLength <= slotBytes, `${byteLength} asked for`);
        room = Buffer.alloc(byteLength);
        return { buffer: room, offset: 0 };
      },
    });
    if (head !== undefined) assert.ok(isWholeJpeg(room) && head.byteLength === room.byteLength);
    for (const sequence of [0n, 1n, 2n, 0xffff_ffff_ffff_ffffn]) {
      const still = await subscriber.readStill(sequence, signal);
      if (still !== undefined) assert.ok(isWholeJpeg(still.jpeg) && still.jpeg.byteLength <= slotBytes);
    }
  } finally {
    subscriber.close();
  }
}

test('a file of any bytes costs the subscriber nothing', { timeout }, async (t) => {
  const objectName = uniqueObjectName();
  t.after(() => rmSync(objectPath(objectName), { force: true }));
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.uint8Array({ maxLength: 6000 }).map((bytes) => Buffer.concat([Buffer.alloc(8), Buffer.from('SSFRAMES'), bytes])),
  );
  await fc.assert(
    fc.asyncProperty(content, async (bytes) => {
      writeFileSync(objectPath(objectName), bytes);
      await readAll(objectName, bytes.byteLength);
    }),
    { numRuns },
  );
});

test('a ring with any of its bytes changed costs the subscriber and the janitor nothing', { timeout }, async (t) => {
  const objectName = uniqueObjectName();
  const publisher = openPublisher({ objectName, controlSocketPath: '/nonexistent/c.sock', ...SMALL_SLOTS });
  t.after(() => publisher.close());
  for (let count = 0; count < 12; count++) publisher.publish(frameOf('ffd8aabbccddffd9'));
  publisher.publishStill(frameOf('ffd8eeffd9'));
  const anywhere = fc.oneof(
    fc.constantFrom(...Object.values(HEADER)),
    fc
      .tuple(fc.integer({ min: 0, max: 8 }), fc.constantFrom(...Object.values(SLOT_HEAD)))
      .map(([slot, field]) => slotHeadOffset(slot) + field),
    fc.integer({ min: 0, max: USED_HEADER_BYTES - 9 }),
    fc.integer({ min: 0, max: 8 }).map((slot) => slotOffset(slot, SMALL_SLOTS.streamSlotBytes)),
  );
  const value = fc.oneof(
    fc.constantFrom('00', 'ff', '01', '00000000', 'ffffffff', 'ffffff7f', '0000000000000000', 'ffffffffffffffff'),
    fc.constantFrom('000000000000f07f', '000000000000f87f', '0110000000000000', '0000010000000000', '00000080'),
    fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  );
  const changes = fc.array(fc.tuple(anywhere, value), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(changes, async (patches) => {
      const before = patches.map(([at, hex]) => ({ at, bytes: patchObject(objectName, at, Buffer.from(hex, 'hex')) }));
      try {
        await readAll(objectName, LARGEST_SLOT);
      } finally {
        for (const { at, bytes } of before.reverse()) patchObject(objectName, at, bytes);
      }
    }),
    { numRuns },
  );
  // Every patch was taken back: the ring is as good as before, and the bytes were really looked at.
  assert.equal(SLOT_HEAD_BYTES, 64);
  const subscriber = openSubscriber({ objectName });
  t.after(() => subscriber.close());
  assert.equal(
    subscriber.readLatest({ reserve: (length) => ({ buffer: Buffer.alloc(length), offset: 0 }) })?.sequence,
    12n,
  );
});

test('the janitor removes or refuses whatever lies under a name, and throws nothing else', { timeout }, async (t) => {
  const objectName = uniqueObjectName();
  t.after(() => rmSync(objectPath(objectName), { force: true }));
  const silent = { info: () => {}, warn: () => {} };
  const content = fc
    .tuple(
      fc.nat({ max: 200 }),
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }).map((text) => `/${text}`),
      ),
    )
    .map(([length, path]) => {
      const bytes = Buffer.alloc(4096);
      bytes.writeUInt32LE(length, HEADER.socketPathLength);
      bytes.write(path, HEADER.socketPath);
      return bytes;
    });
  await fc.assert(
    fc.asyncProperty(content, async (bytes) => {
      writeFileSync(objectPath(objectName), bytes);
      await cleanLeftover({ objectName, log: silent }).catch((error) => assert.equal(error.code, 'ERR_OBJECT_TAKEN'));
    }),
    { numRuns },
  );
});
