import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanLeftover, sweepLeftovers } from './janitor.ts';
import { HEADER } from './layout.ts';
import { objectName, objectPath } from './names.ts';
import { openPublisher } from './publisher.ts';
import { runChild } from './testing/run-child.ts';
import { patchObject, SMALL_SLOTS, uniqueObjectName } from './testing/test-ring.ts';

const silent = { info: () => {}, warn: () => {} };

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'janitor-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function listen(t: TestContext, path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  return server;
}

/** As a killed publisher leaves it: the object there, its owner not. */
function leftover(t: TestContext, name: string, controlSocketPath: string): string {
  const publisher = openPublisher({ objectName: name, controlSocketPath, ...SMALL_SLOTS });
  t.after(() => publisher.close());
  return objectPath(name);
}

test('an object whose owner has no socket any more is removed', { timeout: 10_000 }, async (t) => {
  const name = uniqueObjectName();
  const path = leftover(t, name, join(folder(t), 'control.sock'));

  await cleanLeftover({ objectName: name, log: silent });

  assert.equal(existsSync(path), false);
  await cleanLeftover({ objectName: name, log: silent });
});

test('an object whose owner was killed, its socket file left behind, is removed', { timeout: 20_000 }, async (t) => {
  const name = uniqueObjectName();
  const socketPath = join(folder(t), 'control.sock');
  const child = runChild(t, 'frames/testing/doomed-owner', [name, socketPath]);
  await child.line();
  await assert.rejects(cleanLeftover({ objectName: name, log: silent }), { code: 'ERR_OBJECT_TAKEN' });

  child.process.kill('SIGKILL');
  await child.exit;
  assert.ok(existsSync(socketPath) && existsSync(objectPath(name)));
  await cleanLeftover({ objectName: name, log: silent });

  assert.equal(existsSync(objectPath(name)), false);
});

test('an object with a live owner stays, and ends the start with 69 and its path', { timeout: 10_000 }, async (t) => {
  const name = uniqueObjectName();
  const socketPath = join(folder(t), 'control.sock');
  await listen(t, socketPath);
  const path = leftover(t, name, socketPath);

  await assert.rejects(cleanLeftover({ objectName: name, log: silent }), (error: Error & { exitCode?: number }) => {
    return error.exitCode === 69 && error.message.includes(path) && error.message.includes(socketPath);
  });
  statSync(path);
});

test('the owner of an object of another layout version is asked all the same', { timeout: 10_000 }, async (t) => {
  const name = uniqueObjectName();
  const socketPath = join(folder(t), 'control.sock');
  const server = await listen(t, socketPath);
  const path = leftover(t, name, socketPath);
  patchObject(name, HEADER.version, Buffer.from([9, 0, 0, 0]));

  await assert.rejects(cleanLeftover({ objectName: name, log: silent }), { code: 'ERR_OBJECT_TAKEN' });
  await new Promise((resolve) => server.close(resolve));
  await cleanLeftover({ objectName: name, log: silent });

  assert.equal(existsSync(path), false);
});

test('an object that was never finished is removed', { timeout: 10_000 }, async (t) => {
  for (const content of [Buffer.alloc(0), Buffer.alloc(8192), Buffer.alloc(8192, 0xff)]) {
    const name = uniqueObjectName();
    writeFileSync(objectPath(name), content);
    t.after(() => rmSync(objectPath(name), { force: true }));

    await cleanLeftover({ objectName: name, log: silent });

    assert.equal(existsSync(objectPath(name)), false);
  }
});

test('what is not a file is left alone', { timeout: 10_000 }, async (t) => {
  const name = uniqueObjectName();
  mkdirSync(objectPath(name));
  t.after(() => rmSync(objectPath(name), { recursive: true }));

  await assert.rejects(cleanLeftover({ objectName: name, log: silent }), { code: 'ERR_OBJECT_TAKEN' });
});

test('objects of cameras that are configured no more are swept, those of other instances are not', {
  timeout: 10_000,
}, async (t) => {
  const runDir = folder(t);
  const socketPath = join(runDir, 'control.sock');
  const kept = leftover(t, objectName(runDir, 'cam0'), socketPath);
  const gone = leftover(t, objectName(runDir, 'cam7'), socketPath);
  const other = leftover(t, objectName(folder(t), 'cam7'), socketPath);

  await sweepLeftovers({ runDir, keep: [objectName(runDir, 'cam0')], log: silent });

  assert.deepEqual([kept, gone, other].map(existsSync), [true, false, true]);
});
