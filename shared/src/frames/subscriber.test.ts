import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { HEADER, slotOffset } from './layout.ts';
import { objectPath } from './names.ts';
import { type FramePublisher, openPublisher } from './publisher.ts';
import { type FrameSubscriber, openSubscriber, type ReadTarget } from './subscriber.ts';
import { frameOf, patchObject, SMALL_SLOTS, uniqueObjectName } from './testing/test-ring.ts';

const signal = new AbortController().signal;

function publisherOf(t: TestContext, objectName: string): FramePublisher {
  const publisher = openPublisher({ objectName, controlSocketPath: '/run/x/control.sock', ...SMALL_SLOTS });
  t.after(() => publisher.close());
  return publisher;
}

function subscriberOf(t: TestContext, objectName: string, log?: { warn(...args: unknown[]): void }): FrameSubscriber {
  const subscriber = openSubscriber({ objectName, log });
  t.after(() => subscriber.close());
  return subscriber;
}

function open(t: TestContext) {
  const objectName = uniqueObjectName();
  const publisher = publisherOf(t, objectName);
  return { objectName, publisher, subscriber: subscriberOf(t, objectName) };
}

/** Room for one frame behind 10 bytes of a part head; `beforePayload` runs between header and payload. */
function target(
  beforePayload: (attempt: number) => void = () => {},
): ReadTarget & { jpeg(): string; attempts: number } {
  const buffer = Buffer.alloc(10 + SMALL_SLOTS.streamSlotBytes);
  let length = 0;
  return {
    attempts: 0,
    reserve(byteLength) {
      this.attempts += 1;
      length = byteLength;
      beforePayload(this.attempts);
      return { buffer, offset: 10 };
    },
    jpeg: () => buffer.toString('hex', 10, 10 + length),
  };
}

test('the newest frame is read behind the room for a part head', { timeout: 10_000 }, (t) => {
  const { publisher, subscriber } = open(t);
  publisher.publish(frameOf('ffd8aaffd9'));
  publisher.publish(frameOf('ffd8bbbbffd9'));
  const into = target();

  const head = subscriber.readLatest(into);

  assert.deepEqual(head, { sequence: 2n, byteLength: 6, width: 640, height: 360, monotonicNs: 5n, capturedAtMs: 1000 });
  assert.equal(into.jpeg(), 'ffd8bbbbffd9');
});

test('without a frame, or without a newer one, nothing is read', { timeout: 10_000 }, (t) => {
  const { publisher, subscriber } = open(t);
  const into = target();

  assert.equal(subscriber.readLatest(into), undefined);
  publisher.publish(frameOf('ffd8aaffd9'));
  assert.equal(subscriber.readLatest(into, 0n)?.sequence, 1n);
  assert.equal(subscriber.readLatest(into, 1n), undefined);
  publisher.publish(frameOf('ffd8aaffd9'));
  assert.equal(subscriber.readLatest(into, 1n)?.sequence, 2n);
});

test('a still never shows up in the stream', { timeout: 10_000 }, async (t) => {
  const { publisher, subscriber } = open(t);
  publisher.publishStill(frameOf('ffd8ccffd9'));

  assert.equal(subscriber.readLatest(target()), undefined);
  const still = await subscriber.readStill(1n, signal);

  assert.equal(still?.jpeg.toString('hex'), 'ffd8ccffd9');
  assert.deepEqual(still?.head.width, 640);
});

test('a frame counts with a whole slot between it and the publisher, and no closer', { timeout: 10_000 }, (t) => {
  for (const [ahead, attempts] of [
    [6, 1],
    [7, 2],
    [8, 2],
  ] as const) {
    const { publisher, subscriber } = open(t);
    publisher.publish(frameOf('ffd8aaffd9'));
    const into = target((attempt) => {
      for (let count = 0; attempt === 1 && count < ahead; count++) publisher.publish(frameOf('ffd8bbbbffd9'));
    });

    const head = subscriber.readLatest(into);

    assert.equal(into.attempts, attempts, `${ahead} ahead`);
    assert.equal(head?.sequence, attempts === 1 ? 1n : BigInt(1 + ahead), 'lapped: the newest');
  }
});

test('a publisher in the middle of a frame does not disturb the one before', { timeout: 10_000 }, (t) => {
  const { publisher, subscriber } = open(t);
  for (let count = 0; count < 9; count++) publisher.publish(frameOf('ffd8aaffd9'));
  const into = target();
  let seen: bigint | undefined;
  const bytes = Buffer.from('ffd8bbbbffd9', 'hex');
  // The copy into the slot asks for one byte after the other, and half way we look.
  const halfWay = new Proxy(bytes, {
    get(jpeg, key) {
      if (key === '3') seen = subscriber.readLatest(into)?.sequence;
      return Reflect.get(jpeg, key, jpeg);
    },
  });

  publisher.publish({ ...frameOf(''), jpeg: halfWay });

  assert.equal(seen, 9n);
  assert.equal(into.jpeg(), 'ffd8aaffd9');
  assert.equal(subscriber.readLatest(into)?.sequence, 10n);
});

test('a subscriber that is lapped again and again gives up and tries at the next frame', { timeout: 10_000 }, (t) => {
  const { publisher, subscriber } = open(t);
  publisher.publish(frameOf('ffd8aaffd9'));
  const into = target(() => {
    for (let count = 0; count < 8; count++) publisher.publish(frameOf('ffd8aaffd9'));
  });

  assert.equal(subscriber.readLatest(into), undefined);
  assert.ok(into.attempts > 1);
  assert.ok(subscriber.readLatest(target()));
});

test('a still that was replaced, or is being replaced, is not handed out', { timeout: 10_000 }, async (t) => {
  const { publisher, subscriber } = open(t);
  publisher.publishStill(frameOf('ffd8aaffd9'));
  const reading = subscriber.readStill(1n, signal);
  publisher.publishStill(frameOf('ffd8bbffd9'));

  assert.equal(await reading, undefined);
  assert.equal(await subscriber.readStill(1n, signal), undefined);
  assert.equal(await subscriber.readStill(3n, signal), undefined);
  assert.ok(await subscriber.readStill(2n, signal));
});

test('a still larger than a piece comes out whole', { timeout: 20_000 }, async (t) => {
  const objectName = uniqueObjectName();
  const publisher = openPublisher({
    objectName,
    controlSocketPath: '/run/x/control.sock',
    streamSlotBytes: 4096,
    stillSlotBytes: 4 * 1024 * 1024,
  });
  t.after(() => publisher.close());
  const jpeg = Buffer.alloc(3_333_333, 'still');
  jpeg.set([0xff, 0xd8]);
  jpeg.set([0xff, 0xd9], jpeg.byteLength - 2);
  publisher.publishStill({ ...frameOf(''), jpeg });

  const still = await subscriberOf(t, objectName).readStill(1n, signal);

  assert.ok(still?.jpeg.equals(jpeg));
});

test('an aborted still rejects with the reason', { timeout: 10_000 }, async (t) => {
  const { publisher, subscriber } = open(t);
  publisher.publishStill(frameOf('ffd8aaffd9'));
  const controller = new AbortController();
  const reading = subscriber.readStill(1n, controller.signal);
  controller.abort(new Error('gone'));

  await assert.rejects(reading, /gone/);
});

test('closing while a still is being read is harmless', { timeout: 10_000 }, async (t) => {
  const { publisher, subscriber } = open(t);
  publisher.publishStill(frameOf('ffd8aaffd9'));
  const reading = subscriber.readStill(1n, signal);
  subscriber.close();

  assert.equal(await reading, undefined);
  assert.equal(subscriber.readLatest(target()), undefined);
  assert.equal(subscriber.refresh(), false);
});

test('a missing object is no error, and is found when it is there', { timeout: 10_000 }, (t) => {
  const objectName = uniqueObjectName();
  const subscriber = subscriberOf(t, objectName);

  assert.equal(subscriber.readLatest(target()), undefined);
  assert.equal(subscriber.generation, undefined);
  publisherOf(t, objectName).publish(frameOf('ffd8aaffd9'));

  assert.equal(subscriber.readLatest(target(), 77n)?.sequence, 1n);
});

test('an object that was replaced is noticed, and its frames begin again', { timeout: 10_000 }, (t) => {
  const { objectName, publisher, subscriber } = open(t);
  publisher.publish(frameOf('ffd8aaffd9'));
  publisher.publish(frameOf('ffd8aaffd9'));
  assert.equal(subscriber.readLatest(target())?.sequence, 2n);
  assert.equal(subscriber.refresh(), false);

  publisher.close();
  const second = publisherOf(t, objectName);
  second.publish(frameOf('ffd8bbffd9'));

  const into = target();
  assert.equal(subscriber.readLatest(into, 2n)?.sequence, 1n);
  assert.equal(into.jpeg(), 'ffd8bbffd9');
  assert.equal(subscriber.generation, second.generation);
  assert.equal(subscriber.refresh(), false);
});

test('refresh tells when an object came and changed, and keeps one that only lost its name', {
  timeout: 10_000,
}, (t) => {
  const objectName = uniqueObjectName();
  const subscriber = subscriberOf(t, objectName);
  assert.equal(subscriber.refresh(), false);

  const first = publisherOf(t, objectName);
  assert.equal(subscriber.refresh(), true);
  first.close();
  publisherOf(t, objectName);
  assert.equal(subscriber.refresh(), true);
  assert.equal(subscriber.refresh(), false);
  const { generation } = subscriber;
  unlinkSync(objectPath(objectName));
  assert.equal(subscriber.refresh(), false);
  assert.equal(subscriber.generation, generation);
});

test('frames and stills of an object without a name are read on', { timeout: 10_000 }, async (t) => {
  const { objectName, publisher, subscriber } = open(t);
  publisher.publish(frameOf('ffd8aaffd9'));
  unlinkSync(objectPath(objectName));

  publisher.publish(frameOf('ffd8bbffd9'));
  publisher.publishStill(frameOf('ffd8ccffd9'));

  const into = target();
  assert.equal(subscriber.readLatest(into, 1n)?.sequence, 2n);
  assert.equal(into.jpeg(), 'ffd8bbffd9');
  assert.equal((await subscriber.readStill(1n, signal))?.jpeg.toString('hex'), 'ffd8ccffd9');
});

test('a file that is no ring under a lost name does not end the reading', { timeout: 10_000 }, (t) => {
  const { objectName, publisher, subscriber } = open(t);
  const path = objectPath(objectName);
  publisher.publish(frameOf('ffd8aaffd9'));
  unlinkSync(path);
  writeFileSync(path, 'not a ring');
  t.after(() => unlinkSync(path));

  publisher.publish(frameOf('ffd8bbffd9'));

  assert.equal(subscriber.readLatest(target(), 1n)?.sequence, 2n);
  assert.equal(subscriber.readLatest(target(), 2n), undefined);
  assert.equal(subscriber.failure, 'no such frame');
});

test('an object that was made anew is read on, frame and still that it began with included', {
  timeout: 10_000,
}, async (t) => {
  const { objectName, publisher, subscriber } = open(t);
  publisher.publish(frameOf('ffd8aaffd9'));
  publisher.publishStill(frameOf('ffd8ccffd9'));
  const { generation } = subscriber;
  unlinkSync(objectPath(objectName));
  publisher.renew();

  assert.equal((await subscriber.readStill(1n, signal))?.jpeg.toString('hex'), 'ffd8ccffd9');
  assert.notEqual(subscriber.generation, generation);
  assert.equal(subscriber.generation, publisher.generation);
  publisher.publish(frameOf('ffd8bbffd9'));
  assert.equal(subscriber.readLatest(target(), 1n)?.sequence, 2n);
});

test('why nothing was read has a name', { timeout: 10_000 }, async (t) => {
  const { objectName, publisher, subscriber } = open(t);
  const failureOfRead = (read: FrameSubscriber) => [read.readLatest(target()), read.failure];

  assert.deepEqual(failureOfRead(subscriber), [undefined, 'no such frame']);
  assert.deepEqual(failureOfRead(subscriberOf(t, uniqueObjectName())), [undefined, 'missing']);
  publisher.publish(frameOf('ffd8aaffd9'));
  publisher.publishStill(frameOf('ffd8ccffd9'));
  await subscriber.readStill(2n, signal);
  assert.equal(subscriber.failure, 'no such frame');
  const claimed = patchObject(objectName, HEADER.claimed, Buffer.from([200]));
  assert.deepEqual(failureOfRead(subscriber), [undefined, 'overwritten']);
  patchObject(objectName, HEADER.claimed, claimed);
  const magic = patchObject(objectName, HEADER.magic, Buffer.alloc(8));
  assert.deepEqual(failureOfRead(subscriberOf(t, objectName)), [undefined, 'not a ring']);
  patchObject(objectName, HEADER.magic, magic);
  truncateSync(objectPath(objectName), 4096);
  assert.deepEqual(failureOfRead(subscriber), [undefined, 'short']);
  truncateSync(objectPath(objectName), publisher.byteLength);
});

test('an object that was opened half made is read once it is whole', { timeout: 10_000 }, (t) => {
  const objectName = uniqueObjectName();
  const path = objectPath(objectName);
  writeFileSync(path, '');
  const subscriber = subscriberOf(t, objectName);
  assert.equal(subscriber.readLatest(target()), undefined);
  unlinkSync(path);
  const publisher = publisherOf(t, objectName);
  publisher.publish(frameOf('ffd8aaffd9'));
  const magic = patchObject(objectName, HEADER.magic, Buffer.alloc(8));
  assert.equal(subscriber.readLatest(target()), undefined);

  patchObject(objectName, HEADER.magic, magic);

  assert.equal(subscriber.readLatest(target())?.sequence, 1n);
});

test('another layout version is not read, and named once', { timeout: 10_000 }, (t) => {
  const { objectName, publisher } = open(t);
  publisher.publish(frameOf('ffd8aaffd9'));
  patchObject(objectName, HEADER.version, Buffer.from([2, 0, 0, 0]));
  const warnings: unknown[] = [];
  const subscriber = subscriberOf(t, objectName, { warn: (fields) => warnings.push(fields) });

  for (let count = 0; count < 5; count++) assert.equal(subscriber.readLatest(target()), undefined);

  assert.deepEqual(warnings, [{ objectName, layoutVersion: 2, expected: 1 }]);
});

test('a payload that does not go from SOI to EOI is not handed out', { timeout: 10_000 }, (t) => {
  const { objectName, publisher, subscriber } = open(t);
  publisher.publish(frameOf('ffd8aaffd9'));
  patchObject(objectName, slotOffset(1, SMALL_SLOTS.streamSlotBytes) + 4, Buffer.from([0]));

  assert.equal(subscriber.readLatest(target()), undefined);
});

test('an object cut short under the subscriber costs the frame and nothing else', { timeout: 10_000 }, async (t) => {
  const { objectName, publisher, subscriber } = open(t);
  publisher.publish(frameOf('ffd8aaffd9'));
  publisher.publishStill(frameOf('ffd8aaffd9'));
  truncateSync(objectPath(objectName), 4096);

  assert.equal(subscriber.readLatest(target()), undefined);
  assert.equal(await subscriber.readStill(1n, signal), undefined);
  truncateSync(objectPath(objectName), 4096 + 8 * 8192 + 12288);
});

test('a link, a folder or a stranger of that name is not read', { timeout: 10_000 }, (t) => {
  const { objectName: real } = open(t);
  const objectName = uniqueObjectName();
  const path = objectPath(objectName);

  symlinkSync(objectPath(real), path);
  assert.equal(subscriberOf(t, objectName).generation, undefined);
  unlinkSync(path);
  mkdirSync(path);
  assert.equal(subscriberOf(t, objectName).generation, undefined);
  rmdirSync(path);
});

test('too little room for a frame is an error of the caller', { timeout: 10_000 }, (t) => {
  const { publisher, subscriber } = open(t);
  publisher.publish(frameOf('ffd8aaffd9'));

  assert.throws(() => subscriber.readLatest({ reserve: () => ({ buffer: Buffer.alloc(8), offset: 4 }) }), {
    code: 'ERR_READ_TARGET',
  });
});
