import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { checkEnvironmentKey, checkFileKey, splitCameraKey } from './key-names.ts';
import { editDistance, nearestName } from './nearest-name.ts';

const options = { timeout: 20_000 };
const root = new URL('../../../', import.meta.url);

describe('names of keys', options, () => {
  it('every variable that the compose files read may stand in the environment file', options, () => {
    const files = readdirSync(root).filter((name) => /^compose.*\.yaml$/.test(name));
    const texts = files.map((name) => readFileSync(new URL(name, root), 'utf8'));
    const keys = texts.flatMap((text) => [...text.matchAll(/\$\{([A-Za-z0-9_]+)/g)].map((match) => match[1] ?? ''));

    assert.deepEqual(
      keys.filter((key) => checkFileKey(key) !== undefined),
      [],
    );
    assert.deepEqual(
      keys.filter((key) => checkEnvironmentKey(key) !== undefined),
      [],
    );
  });

  it('camera keys are canonical: no leading zeros, at most four digits', options, () => {
    assert.deepEqual(splitCameraKey('cam12_width'), { number: 12, name: 'width' });
    assert.deepEqual(['cam01_width', 'cam12345_width', 'cam_width', 'xcam1_width'].map(splitCameraKey), [
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('names of Object.prototype are unknown keys', options, () => {
    assert.match(checkFileKey('cam0_constructor') ?? '', /unknown key/);
    assert.match(checkFileKey('__proto__') ?? '', /unknown key/);
  });

  it('the nearest name is the one with the fewest typing errors, a swap being one', options, () => {
    assert.equal(editDistance('heigth', 'height'), 1);
    assert.equal(editDistance('', 'abc'), 3);
    assert.deepEqual(nearestName('widht', ['height', 'width']), { name: 'width', distance: 1 });
    assert.equal(nearestName('x', []), undefined);
  });
});
