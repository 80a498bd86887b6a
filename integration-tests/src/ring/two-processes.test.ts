// The ring between real processes, in its long form: at full speed, on one machine, until something would have torn.
// To see that these tests can fail: without the second look at the header in subscriber.ts they do, within seconds.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { objectPath } from '@soft-stream/shared/frames/names';
import { openSubscriber } from '@soft-stream/shared/frames/subscriber';
import { findTear } from '@soft-stream/shared/frames/testing/patterned-frame';
import type { ReaderReport } from '@soft-stream/shared/frames/testing/ring-reader';
import { type Child, runChild } from '@soft-stream/shared/frames/testing/run-child';
import { uniqueObjectName } from '@soft-stream/shared/frames/testing/test-ring';

async function startWriter(t: TestContext, objectName: string, longestBytes: number): Promise<Child> {
  const writer = runChild(t, 'frames/testing/ring-writer', [objectName, String(longestBytes)]);
  t.after(() => rmSync(objectPath(objectName), { force: true }));
  await writer.line();
  return writer;
}

async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL');
  await child.exit;
}

for (const longestBytes of [2000, 100_000]) {
  test(`no frame of up to ${longestBytes} bytes is torn in 100,000 reads by each of two readers`, {
    timeout: 300_000,
  }, async (t) => {
    const objectName = uniqueObjectName();
    await startWriter(t, objectName, longestBytes);

    const reports = await Promise.all(
      [1, 2].map(async (): Promise<ReaderReport> => {
        const reader = runChild(t, 'frames/testing/ring-reader', [objectName, String(longestBytes), '100000']);
        return JSON.parse(await reader.line());
      }),
    );

    for (const [reader, { frames, distinct, lapped, torn }] of reports.entries()) {
      t.diagnostic(`reader ${reader}: ${distinct} different frames in ${frames} reads, lapped ${lapped} times`);
      assert.equal(frames, 100_000);
      assert.deepEqual(torn, []);
    }
  });
}

test('a reader goes on over 20 writers, each killed at full speed and replaced', { timeout: 300_000 }, async (t) => {
  const longestBytes = 50_000;
  const objectName = uniqueObjectName();
  const subscriber = openSubscriber({ objectName });
  t.after(() => subscriber.close());
  const buffer = Buffer.alloc(longestBytes);
  const into = { reserve: () => ({ buffer, offset: 0 }) };
  const generations = new Set<bigint | undefined>();

  for (let round = 0; round < 20; round++) {
    const writer = await startWriter(t, objectName, longestBytes);
    subscriber.refresh();
    for (let reads = 0; reads < 200; reads++) {
      const head = subscriber.readLatest(into);
      if (head !== undefined)
        assert.equal(findTear(buffer.subarray(0, head.byteLength), head, longestBytes), undefined);
    }
    await kill(writer);

    // What a killed writer leaves can be read too: its newest whole frame.
    const last = subscriber.readLatest(into);
    assert.ok(last && findTear(buffer.subarray(0, last.byteLength), last, longestBytes) === undefined);
    generations.add(subscriber.generation);
    rmSync(objectPath(objectName));
  }

  assert.equal(generations.size, 20);
});

test('readers killed at random moments leave the others undisturbed', { timeout: 300_000 }, async (t) => {
  const objectName = uniqueObjectName();
  const writer = await startWriter(t, objectName, 50_000);
  const witness = runChild(t, 'frames/testing/ring-reader', [objectName, '50000', '100000']);

  for (let count = 0; count < 10; count++) {
    const victim = runChild(t, 'frames/testing/ring-reader', [objectName, '50000', '1000000000']);
    await new Promise((resolve) => setTimeout(resolve, 50 + count * 20));
    await kill(victim);
  }

  const report: ReaderReport = JSON.parse(await witness.line());
  assert.deepEqual(report.torn, []);
  assert.equal(writer.process.exitCode, null);
});
