import assert from 'node:assert/strict';
import test from 'node:test';
import { findById, identify, type Pins, pinIndices, type Wanted } from './identify.ts';
import type { ListedCamera } from './list-cameras.ts';

const listed = (index: number, id: string): ListedCamera => ({
  index,
  id,
  model: 'x',
  width: null,
  height: null,
  modes: [],
});
const A = '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a';
const B = '/base/axi/pcie@1000120000/rp1/i2c@80000/imx219@10';
const both = [listed(0, A), listed(1, B)];
const byIndex = (camera: string, index: number): Wanted => ({ camera, index, id: undefined });
const byId = (camera: string, id: string): Wanted => ({ camera, index: undefined, id });
const NO_PINS: Pins = new Map();

const ids: readonly [what: string, id: string, found: string | undefined][] = [
  ['whole', A, A],
  ['by its tail', 'i2c@88000/imx708@1a', A],
  ['by its last step', 'imx219@10', B],
  ['as an older kernel wrote it', '/base/axi/pcie@120000/rp1/i2c@80000/imx219@10', B],
  ['not when the bus differs', '/base/axi/pcie@1000120000/rp1/i2c@70000/imx219@10', undefined],
  ['not by half a step', 'x219@10', undefined],
  ['not by an empty id', '/', undefined],
];
for (const [what, id, found] of ids) {
  test(`a camera is found by id: ${what}`, () => {
    assert.equal(findById(id, both)?.id, found);
  });
}

test('a tail that fits two cameras is an error that names both', () => {
  const twins = [listed(0, '/base/i2c@88000/imx708@1a'), listed(1, '/base/i2c@80000/imx708@1a')];

  assert.throws(() => findById('imx708@1a', twins), { code: 'ERR_AMBIGUOUS_CAMERA', message: /i2c@88000.*i2c@80000/ });
});

test('behind a multiplexer the bus above decides: the missing camera is not taken for its neighbour', () => {
  const neighbour = [listed(0, '/base/rp1/i2c@80000/mux@70/i2c@0/imx708@1a')];

  assert.equal(findById('/base/rp1/i2c@88000/mux@70/i2c@0/imx708@1a', neighbour), undefined);
});

test('an id wins over a shifted index', () => {
  const all = [byId('cam0', 'i2c@88000/imx708@1a'), byId('cam1', 'i2c@80000/imx219@10')];
  const onlyB = [listed(0, B)];

  assert.equal(identify(byId('cam0', 'i2c@88000/imx708@1a'), all, onlyB, NO_PINS), undefined);
  assert.equal(identify(byId('cam1', 'i2c@80000/imx219@10'), all, onlyB, NO_PINS)?.index, 0);
});

test('an index is the printed one, not the position in the list', () => {
  assert.equal(identify(byIndex('cam1', 1), [byIndex('cam1', 1)], [listed(1, B)], NO_PINS)?.id, B);
  assert.equal(identify(byIndex('cam0', 0), [byIndex('cam0', 0)], [listed(1, B)], NO_PINS), undefined);
});

test('an index is not given the camera that another one names by id', () => {
  const all = [byIndex('cam0', 0), byId('cam1', 'imx219@10')];

  assert.equal(identify(byIndex('cam0', 0), all, [listed(0, B)], NO_PINS), undefined);
});

test('when the first of two cameras goes missing, the second keeps its picture and the first is absent', () => {
  const all = [byIndex('cam0', 0), byIndex('cam1', 1)];
  const pins = pinIndices(all, both, NO_PINS);
  const afterwards = [listed(0, B)];
  const pinsAfterwards = pinIndices(all, afterwards, pins);

  assert.equal(identify(byIndex('cam0', 0), all, afterwards, pinsAfterwards), undefined);
  assert.equal(identify(byIndex('cam1', 1), all, afterwards, pinsAfterwards)?.id, B);
});

test('a camera missing at start takes its index back when it returns', () => {
  const all = [byIndex('cam0', 0), byIndex('cam1', 1)];
  const pins = pinIndices(all, [listed(0, B)], NO_PINS);
  const complete = pinIndices(all, both, pins);

  assert.equal(identify(byIndex('cam0', 0), all, both, complete)?.id, A);
  assert.equal(identify(byIndex('cam1', 1), all, both, complete)?.id, B);
});

test('a camera by index beside one by id is absent when it goes missing, and never the other one', () => {
  const all = [byIndex('cam0', 0), byId('cam1', 'imx219@10')];
  const pins = pinIndices(all, both, NO_PINS);
  const afterwards = pinIndices(all, [listed(0, B)], pins);

  assert.equal(identify(byIndex('cam0', 0), all, [listed(0, B)], afterwards), undefined);
  assert.equal(identify(byIndex('cam0', 0), all, both, afterwards)?.id, A);
});
