import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inGroups, inOrder } from './wall-order.ts';

const timeout = 5_000;
const at = (number: number, group?: string) => ({ config: { camera: `cam${number}`, number, group } });
const names = (cameras: readonly { config: { camera: string } }[]) => cameras.map(({ config }) => config.camera).join();

test('cameras that are named come first, in that order, the others by their numbers', { timeout }, () => {
  const cameras = [at(10), at(2), at(0), at(7)];

  assert.equal(names(inOrder(cameras, ['cam7', 'cam10'])), 'cam7,cam10,cam0,cam2');
  assert.equal(names(inOrder(cameras, [])), 'cam0,cam2,cam7,cam10');
});

test('groups stand where their first camera does; those without one are together', { timeout }, () => {
  const groups = inGroups([at(0, 'Hall 2'), at(1), at(2, 'Hall 1'), at(3, 'Hall 2'), at(4)]);

  assert.deepEqual(
    groups.map(({ name, cameras }) => [name, names(cameras)]),
    [
      ['Hall 2', 'cam0,cam3'],
      [undefined, 'cam1,cam4'],
      ['Hall 1', 'cam2'],
    ],
  );
});
