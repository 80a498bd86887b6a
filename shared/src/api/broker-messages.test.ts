import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isFrame, readPingId, readStillResult } from './broker-messages.ts';
import { fields } from './read-fields.ts';
import { PRODUCT_VERSION, readHello, versionDifference } from './versions.ts';

const options = { timeout: 5_000 };

test('a frame is known by its camera and sequence', options, () => {
  const frame = { camera: 'cam0', sequence: '18', slot: 1, byteLength: 9, capturedAtMs: 1, monotonicNs: '1' };

  assert.ok(isFrame(frame));
  assert.ok(isFrame({ camera: 'cam0', sequence: '0', more: {} }));
  for (const wrong of [
    undefined,
    null,
    [],
    'frame',
    {},
    { ...frame, camera: 0 },
    { ...frame, sequence: 18 },
    { ...frame, sequence: '' },
    { ...frame, sequence: '-1' },
    { ...frame, sequence: '1e3' },
    { ...frame, sequence: '9'.repeat(40) },
  ])
    assert.equal(isFrame(wrong), false, JSON.stringify(wrong));
});

test('an id of a ping is a positive whole number', options, () => {
  assert.equal(readPingId({ id: 7, more: 1 }), 7);
  for (const wrong of [undefined, {}, { id: '7' }, { id: 0 }, { id: 1.5 }, { id: 2 ** 60 }])
    assert.equal(readPingId(wrong), undefined);
});

test('the answer to a still says where the picture is, or is refused by name', options, () => {
  const still = {
    camera: 'cam0',
    source: 'stream',
    sequence: '4711',
    byteLength: 100,
    width: 4,
    height: 3,
    capturedAtMs: 1_700_000_000_000,
    monotonicNs: '123456789012345',
  };

  assert.deepEqual(readStillResult({ ...still, exposure: 1 }), still);
  assert.equal(readStillResult({ ...still, source: 'cloud' }).source, 'still');
  for (const field of ['camera', 'sequence', 'byteLength', 'capturedAtMs', 'monotonicNs'])
    assert.throws(() => readStillResult({ ...still, [field]: null }), {
      code: 'ERR_API_MESSAGE',
      message: new RegExp(field),
    });
});

test('a version is a short plain text, and a difference is one sentence', options, () => {
  assert.equal(readHello({ version: '1.2.3-rc.1+pi' }), '1.2.3-rc.1+pi');
  for (const wrong of [undefined, {}, { version: 1 }, { version: '' }, { version: '<b>' }, { version: '1'.repeat(99) }])
    assert.equal(readHello(wrong), null);

  assert.equal(versionDifference('http-service', 'capture-service', PRODUCT_VERSION), null);
  assert.equal(
    versionDifference('http-service', 'capture-service', '9.9.9'),
    `http-service is ${PRODUCT_VERSION} and capture-service is 9.9.9: update both`,
  );
  assert.match(
    versionDifference('a', 'b', null) ?? '',
    /b is an older version that does not report its number: update both$/,
  );
});

test('all packages are of one version', options, () => {
  for (const folder of ['.', 'shared', 'capture-service', 'http-service', 'integration-tests']) {
    const text = readFileSync(new URL(`../../../${folder}/package.json`, import.meta.url), 'utf8');
    assert.equal(fields(JSON.parse(text))['version'], PRODUCT_VERSION, folder);
  }
});
