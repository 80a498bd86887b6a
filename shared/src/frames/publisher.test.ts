import assert from 'node:assert/strict';
import { readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { errorCode } from '../runtime/errors.ts';
import { objectPath } from './names.ts';
import { type FramePublisher, openPublisher } from './publisher.ts';
import { frameOf, SMALL_SLOTS, uniqueObjectName } from './testing/test-ring.ts';

function open(t: TestContext, objectName = uniqueObjectName()): { publisher: FramePublisher; path: string } {
  const publisher = openPublisher({ objectName, controlSocketPath: '/run/x/control.sock', ...SMALL_SLOTS });
  t.after(() => publisher.close());
  return { publisher, path: objectPath(objectName) };
}

test('the object has its bytes where the layout says', { timeout: 10_000 }, (t) => {
  const { publisher, path } = open(t);

  publisher.publish(frameOf('ffd8aaffd9'));
  publisher.publish({
    jpeg: Buffer.from('ffd80102030405ffd9', 'hex'),
    width: 1280,
    height: 720,
    monotonicNs: 0x0102030405060708n,
    capturedAtMs: 1_700_000_000_123.5,
  });
  publisher.publishStill(frameOf('ffd8bbbbffd9'));

  const object = readFileSync(path);
  const hex = (from: number, to: number) => object.subarray(from, to).toString('hex');
  assert.equal(object.byteLength, 4096 + 8 * 8192 + 12288);
  assert.equal(hex(0, 8), 'f83f010000000000', 'the size word of the library: 81920 - 8');
  assert.equal(hex(8, 16), Buffer.from('SSFRAMES').toString('hex'), 'magic');
  assert.equal(hex(16, 24), '0100000000100000', 'version 1, header of 4096');
  assert.equal(object.readBigUInt64LE(24), publisher.generation);
  assert.equal(hex(32, 40), '0800000001000000', 'slots');
  assert.equal(hex(40, 64), '002000000000000000300000000000000040010000000000', 'slot sizes, object size');
  assert.equal(hex(64, 96), '0200000000000000020000000000000001000000000000000100000000000000', 'sequences');
  assert.equal(hex(96, 124), `13000000${Buffer.from('/run/x/control.sock').toString('hex')}0000000000`);
  assert.equal(hex(256 + 64, 256 + 128), slotHead('0100000000000000', '05000000', '8002000068010000'), 'slot 1');
  assert.equal(
    hex(256 + 128, 256 + 192),
    '0200000000000000' +
      '09000000' +
      '00050000' +
      'd0020000' +
      '00000000' +
      '0807060504030201' +
      '00b88756febc7842' +
      '00'.repeat(24),
    'slot 2',
  );
  assert.equal(hex(768, 832), slotHead('0100000000000000', '06000000', '8002000068010000'), 'still slot');
  assert.equal(hex(4096 + 8192, 4096 + 8192 + 6), 'ffd8aaffd900');
  assert.equal(hex(4096 + 2 * 8192, 4096 + 2 * 8192 + 10), 'ffd80102030405ffd900');
  assert.equal(hex(4096 + 8 * 8192, 4096 + 8 * 8192 + 7), 'ffd8bbbbffd900');
});

/** as frameOf() makes them: 640x360, 5 ns, 1000 ms */
function slotHead(sequence: string, byteLength: string, size: string): string {
  return [sequence, byteLength, size, '00000000', '0500000000000000', '0000000000408f40'].join('').padEnd(128, '0');
}

test('the ninth frame takes the slot of the first', { timeout: 10_000 }, (t) => {
  const { publisher } = open(t);

  const slots = Array.from({ length: 9 }, () => publisher.publish(frameOf('ffd8aaffd9')));

  assert.deepEqual(slots[0], { sequence: 1n, slot: 1, byteLength: 5 });
  assert.deepEqual(slots[7], { sequence: 8n, slot: 0, byteLength: 5 });
  assert.deepEqual(slots[8], { sequence: 9n, slot: 1, byteLength: 5 });
});

test('a frame larger than its slot is refused and takes no sequence', { timeout: 10_000 }, (t) => {
  const { publisher } = open(t);
  const jpeg = (bytes: number) =>
    Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.alloc(bytes - 4), Buffer.from('ffd9', 'hex')]);

  assert.equal(publisher.publish({ ...frameOf('ffd8ffd9'), jpeg: jpeg(8193) }), undefined);
  assert.equal(publisher.publish({ ...frameOf('ffd8ffd9'), jpeg: jpeg(8192) })?.sequence, 1n);
  assert.equal(publisher.publishStill({ ...frameOf('ffd8ffd9'), jpeg: jpeg(12289) }), undefined);
  assert.equal(publisher.publishStill({ ...frameOf('ffd8ffd9'), jpeg: jpeg(12288) })?.sequence, 1n);
});

test('what is not a whole JPEG is refused', { timeout: 10_000 }, (t) => {
  const { publisher } = open(t);

  assert.throws(() => publisher.publish(frameOf('ffd8aaff')), { code: 'ERR_NOT_A_JPEG' });
  assert.throws(() => publisher.publishStill(frameOf('')), { code: 'ERR_NOT_A_JPEG' });
});

test('owner may write, group may read, others nothing, whatever the umask', { timeout: 10_000 }, (t) => {
  const before = process.umask(0o077);
  t.after(() => process.umask(before));

  const { path } = open(t);

  assert.equal(statSync(path).mode & 0o7777, 0o640);
});

test('every page of the object is there from the start', { timeout: 10_000 }, (t) => {
  const { publisher, path } = open(t);

  assert.ok(statSync(path).blocks * 512 >= publisher.byteLength);
});

test('generations differ', { timeout: 10_000 }, (t) => {
  assert.notEqual(open(t).publisher.generation, open(t).publisher.generation);
});

test('an object whose name was deleted is made anew: sequences go on, the generation is another', {
  timeout: 10_000,
}, (t) => {
  const { publisher, path } = open(t);
  for (let count = 0; count < 3; count++) publisher.publish(frameOf('ffd8aaffd9'));
  publisher.publishStill(frameOf('ffd8bbbbffd9'));
  const { generation, inode } = publisher;
  unlinkSync(path);

  publisher.renew();

  const object = readFileSync(path);
  assert.notEqual(publisher.generation, generation);
  assert.notEqual(publisher.inode, inode);
  assert.equal(publisher.inode, statSync(path, { bigint: true }).ino);
  assert.equal(object.readBigUInt64LE(24), publisher.generation);
  assert.equal(object.readBigUInt64LE(72), 3n, 'latest stream frame');
  assert.equal(object.readBigUInt64LE(88), 1n, 'latest still');
  assert.equal(object.subarray(4096 + 3 * 8192, 4096 + 3 * 8192 + 5).toString('hex'), 'ffd8aaffd9');
  assert.equal(publisher.publish(frameOf('ffd8aaffd9'))?.sequence, 4n);
  assert.equal(publisher.publishStill(frameOf('ffd8aaffd9'))?.sequence, 2n);
});

test('making it anew again and again leaves no memory behind', { timeout: 20_000 }, (t) => {
  const { publisher, path } = open(t);
  const mappings = () =>
    readFileSync('/proc/self/maps', 'latin1')
      .split('\n')
      .filter((line) => line.includes(path));

  for (let count = 0; count < 20; count++) {
    publisher.publish(frameOf('ffd8aaffd9'));
    unlinkSync(path);
    publisher.renew();
  }

  assert.equal(mappings().length, 1);
  assert.equal(publisher.publish(frameOf('ffd8aaffd9'))?.sequence, 21n);
  publisher.close();
  assert.equal(mappings().length, 0);
  assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
});

test('while its name is taken, frames are counted and go nowhere', { timeout: 10_000 }, (t) => {
  const { publisher, path } = open(t);
  publisher.publish(frameOf('ffd8aaffd9'));
  unlinkSync(path);
  writeFileSync(path, 'theirs');

  assert.throws(() => publisher.renew(), { code: 'ERR_OBJECT_TAKEN' });
  assert.equal(publisher.inode, undefined);
  assert.equal(publisher.publish(frameOf('ffd8aaffd9'))?.sequence, 2n);
  assert.equal(readFileSync(path, 'latin1'), 'theirs');
  unlinkSync(path);
  publisher.renew();

  assert.equal(publisher.publish(frameOf('ffd8aaffd9'))?.sequence, 3n);
});

test('an object that is there already ends the start with 69 and its path', { timeout: 10_000 }, (t) => {
  const objectName = uniqueObjectName();
  const { path } = open(t, objectName);

  assert.throws(
    () => openPublisher({ objectName, controlSocketPath: '/x', ...SMALL_SLOTS }),
    (error) => errorCode(error) === 'ERR_OBJECT_TAKEN' && String(error).includes(path),
  );
  statSync(path);
});

test('close removes the object, once, and nothing can be published afterwards', { timeout: 10_000 }, (t) => {
  const { publisher, path } = open(t);

  publisher.close();
  publisher.close();

  assert.throws(() => statSync(path), { code: 'ENOENT' });
  assert.throws(() => publisher.publish(frameOf('ffd8ffd9')), { code: 'ERR_PUBLISHER_CLOSED' });
});

test('close leaves an object that took the name meanwhile', { timeout: 10_000 }, (t) => {
  const { publisher, path } = open(t);
  writeFileSync(`${path}.new`, 'theirs');
  renameSync(`${path}.new`, path);

  publisher.close();

  assert.equal(readFileSync(path, 'utf8'), 'theirs');
  unlinkSync(path);
});

test('a path that no socket can have is refused before anything is made', { timeout: 10_000 }, () => {
  const objectName = uniqueObjectName();

  for (const controlSocketPath of ['control.sock', `/${'x'.repeat(107)}`, '/a\0b']) {
    assert.throws(() => openPublisher({ objectName, controlSocketPath, ...SMALL_SLOTS }), { code: 'ERR_SOCKET_PATH' });
  }
  assert.throws(() => statSync(objectPath(objectName)), { code: 'ENOENT' });
});
