// The ring between real processes, in its short form; integration-tests/src/ring has the long one.

import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { HEADER } from './layout.ts';
import { objectPath } from './names.ts';
import { openSubscriber } from './subscriber.ts';
import { findTear } from './testing/patterned-frame.ts';
import type { ReaderReport } from './testing/ring-reader.ts';
import { type Child, runChild } from './testing/run-child.ts';
import { uniqueObjectName } from './testing/test-ring.ts';

const LONGEST_BYTES = 20_000;

async function startWriter(t: TestContext, objectName: string, dieAt = ''): Promise<Child> {
  const writer = runChild(t, 'frames/testing/ring-writer', [objectName, String(LONGEST_BYTES), dieAt]);
  t.after(() => rmSync(objectPath(objectName), { force: true }));
  await writer.line();
  return writer;
}

function startReader(t: TestContext, objectName: string, frames: number, dieAt = ''): Child {
  return runChild(t, 'frames/testing/ring-reader', [objectName, String(LONGEST_BYTES), String(frames), dieAt]);
}

async function reportOf(reader: Child): Promise<ReaderReport> {
  return JSON.parse(await reader.line());
}

test('two readers of a writer at full speed see no torn frame', { timeout: 60_000 }, async (t) => {
  const objectName = uniqueObjectName();
  await startWriter(t, objectName);

  const reports = await Promise.all([1, 2].map(() => reportOf(startReader(t, objectName, 10_000))));

  for (const report of reports) {
    assert.equal(report.frames, 10_000);
    assert.deepEqual(report.torn, []);
    assert.ok(report.distinct > 1);
  }
});

test('a reader killed between header and payload disturbs neither writer nor readers', {
  timeout: 60_000,
}, async (t) => {
  const objectName = uniqueObjectName();
  const writer = await startWriter(t, objectName);

  assert.equal(await startReader(t, objectName, 1000, '500').exit, 'SIGKILL');

  assert.equal(writer.process.exitCode, null);
  const before = readFileSync(objectPath(objectName)).readBigUInt64LE(HEADER.latestStream);
  const { frames, torn } = await reportOf(startReader(t, objectName, 1000));
  assert.deepEqual({ frames, torn }, { frames: 1000, torn: [] });
  assert.ok(readFileSync(objectPath(objectName)).readBigUInt64LE(HEADER.latestStream) > before);
});

test('of a writer killed in the middle of a frame the one before is read', { timeout: 60_000 }, async (t) => {
  const objectName = uniqueObjectName();
  const writer = await startWriter(t, objectName, '1000');
  assert.equal(await writer.exit, 'SIGKILL');
  const object = readFileSync(objectPath(objectName));
  assert.equal(object.readBigUInt64LE(HEADER.claimed), 1000n, 'it was writing');
  const subscriber = openSubscriber({ objectName });
  t.after(() => subscriber.close());
  const buffer = Buffer.alloc(LONGEST_BYTES);

  const head = subscriber.readLatest({ reserve: () => ({ buffer, offset: 0 }) });

  assert.equal(head?.sequence, 999n);
  assert.ok(head && findTear(buffer.subarray(0, head.byteLength), head, LONGEST_BYTES) === undefined);
});
