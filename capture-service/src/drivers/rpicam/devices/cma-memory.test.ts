import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { cmaLines } from './cma-memory.ts';

function rootWith(t: TestContext, meminfo: string): string {
  const root = mkdtempSync(join(tmpdir(), 'soft-stream-root-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'proc'));
  writeFileSync(join(root, 'proc/meminfo'), `MemTotal:        8256256 kB\n${meminfo}`);
  return root;
}

test('the memory for camera buffers is told, with what is free of it', (t) => {
  const root = rootWith(t, 'CmaTotal:          65536 kB\nCmaFree:            4096 kB\n');

  assert.deepEqual(cmaLines(root), [
    { level: 'ok', what: 'memory for camera buffers: CmaTotal 64 MiB, CmaFree 4 MiB' },
  ]);
});

test('too little of it is a warning that says where it is set', (t) => {
  const [line] = cmaLines(rootWith(t, 'CmaTotal:          16384 kB\nCmaFree:              0 kB\n'));

  assert.equal(line?.level, 'warn');
  assert.match(line?.advice ?? '', /cma.*config\.txt/);
});

test('a kernel without it has nothing to tell', (t) => {
  assert.deepEqual(cmaLines(rootWith(t, '')), []);
  assert.deepEqual(cmaLines('/nowhere'), []);
});
