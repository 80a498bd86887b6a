import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isObjectOf, objectName, objectPath, runDirHash } from './names.ts';

test("the service's objects have the short names, whatever way its folder is written", { timeout: 5_000 }, () => {
  assert.equal(objectName('/run/soft-stream', 'cam0'), '/soft-stream.cam0');
  assert.equal(objectName('/run/soft-stream/', 'cam1'), '/soft-stream.cam1');
  assert.equal(objectPath('/soft-stream.cam0'), '/dev/shm/soft-stream.cam0');
});

test('every other run directory has names of its own', { timeout: 5_000 }, () => {
  assert.equal(runDirHash('/tmp/demo'), '84a8cd7d');
  assert.equal(objectName('/tmp/demo', 'cam0'), '/soft-stream.84a8cd7d.cam0');
  assert.notEqual(objectName('/tmp/demo', 'cam0'), objectName('/tmp/demo2', 'cam0'));
});

test('an object is known as of one run directory only', { timeout: 5_000 }, () => {
  assert.equal(isObjectOf('/run/soft-stream', 'soft-stream.cam12'), true);
  assert.equal(isObjectOf('/run/soft-stream', 'soft-stream.84a8cd7d.cam0'), false);
  assert.equal(isObjectOf('/tmp/demo', 'soft-stream.84a8cd7d.cam0'), true);
  assert.equal(isObjectOf('/tmp/demo', 'soft-stream.cam0'), false);
  assert.equal(isObjectOf('/run/soft-stream', 'soft-stream.camera'), false);
});
