import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionBudget, parseMaxOpenFiles, readMaxOpenFiles } from './connection-budget.ts';

const timeout = 5_000;

test('with descriptors enough there are connections for all viewers and 256 others', { timeout }, () => {
  const many = { maxOpenFiles: 1_024, cameras: 2, servers: 2, maxViewers: 50 };

  assert.deepEqual(connectionBudget(many), { connections: 306, viewers: 50 });
  assert.deepEqual(connectionBudget({ ...many, maxOpenFiles: Number.POSITIVE_INFINITY }), {
    connections: 306,
    viewers: 50,
  });
});

test('with few descriptors servers share what there is, and a part of it is not for viewers', { timeout }, () => {
  assert.deepEqual(connectionBudget({ maxOpenFiles: 256, cameras: 2, servers: 2, maxViewers: 100 }), {
    connections: 102,
    viewers: 90,
  });
  assert.deepEqual(connectionBudget({ maxOpenFiles: 64, cameras: 1, servers: 1, maxViewers: 100 }), {
    connections: 18,
    viewers: 9,
  });
  assert.deepEqual(connectionBudget({ maxOpenFiles: 20, cameras: 2, servers: 4, maxViewers: 100 }), {
    connections: 4,
    viewers: 2,
  });
});

test('whatever the numbers, all servers together stay below the limit', { timeout }, () => {
  for (let maxOpenFiles = 100; maxOpenFiles < 5_000; maxOpenFiles += 37) {
    for (const servers of [1, 2, 4, 8]) {
      const { connections, viewers } = connectionBudget({ maxOpenFiles, cameras: 2, servers, maxViewers: 500 });
      assert.ok(connections * servers + 40 < maxOpenFiles && viewers < connections);
    }
  }
});

test('the soft limit is read, and unlimited is no number', { timeout }, () => {
  const limits = (soft: string) =>
    `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft.padEnd(20)} 4096                 files\n`;

  assert.equal(parseMaxOpenFiles(limits('1024')), 1_024);
  assert.equal(parseMaxOpenFiles(limits('unlimited')), Number.POSITIVE_INFINITY);
  assert.equal(parseMaxOpenFiles(''), Number.POSITIVE_INFINITY);
  assert.ok(readMaxOpenFiles() > 0);
});
