import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cameraName } from '../api/camera-name.ts';
import { flag, integer, nullable, number, readNoParams, readParams } from './params.ts';

const options = { timeout: 10_000 };
const shape = { camera: cameraName, viewers: integer(0, 100) };
const refuses = (message: RegExp) => ({ code: 'ERR_RPC', rpcCode: -32602, message });

describe('params', options, () => {
  it('reads the known keys of an object', options, () => {
    assert.deepEqual(readParams({ camera: 'cam0', viewers: 3 }, shape), { camera: 'cam0', viewers: 3 });
  });

  it('leaves out keys that only a newer version of the other side knows', options, () => {
    for (const more of ['{"more":1}', '{"__proto__":{"viewers":9}}', '{"constructor":{}}']) {
      const params: unknown = { camera: 'cam0', viewers: 3, ...JSON.parse(more) };

      assert.deepEqual(readParams(params, shape), { camera: 'cam0', viewers: 3 });
    }
    assert.throws(
      () => readParams(JSON.parse('{"camera":"cam0","__proto__":{"viewers":9}}'), shape),
      refuses(/viewers/),
    );
  });

  const wrong: readonly [string, unknown, RegExp][] = [
    ['nothing', undefined, /params must be an object with camera, viewers/],
    ['an array', ['cam0', 3], /params must be an object/],
    ['null', null, /params must be an object/],
    ['a missing key', { camera: 'cam0' }, /viewers must be an integer from 0 to 100/],
    ['a fraction', { camera: 'cam0', viewers: 1.5 }, /viewers must be an integer/],
    ['a number as text', { camera: 'cam0', viewers: '1' }, /viewers must be an integer/],
    ['out of range', { camera: 'cam0', viewers: 101 }, /viewers must be an integer/],
    ['no camera', { camera: '../cam0', viewers: 1 }, /camera must be the name of a camera, such as cam0/],
    ['a camera with leading zeros', { camera: 'cam01', viewers: 1 }, /camera must be the name of a camera/],
  ];
  for (const [title, params, message] of wrong) {
    it(`refuses ${title}`, options, () => assert.throws(() => readParams(params, shape), refuses(message)));
  }

  it('what a toString of its own would do does not matter', options, () => {
    assert.throws(() => readParams({ camera: { toString: () => 'cam0' }, viewers: 1 }, shape), refuses(/camera/));
  });

  it('flags, numbers and null', options, () => {
    const read = (params: unknown) => readParams(params, { on: flag, x: number(0, 1), camera: nullable(cameraName) });

    assert.deepEqual(read({ on: true, x: 0.5, camera: null }), { on: true, x: 0.5, camera: null });
    assert.throws(() => read({ on: 1, x: 0.5, camera: null }), refuses(/on must be true or false/));
    assert.throws(() => read({ on: true, x: 2, camera: null }), refuses(/x must be a number from 0 to 1/));
  });

  it('no params are absent or empty', options, () => {
    for (const value of [undefined, {}, []]) assert.equal(readNoParams(value), undefined);
    assert.throws(() => readNoParams({ a: 1 }), refuses(/takes no params/));
  });
});
