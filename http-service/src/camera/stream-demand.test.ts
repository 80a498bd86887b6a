import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStreamDemand } from './stream-demand.ts';

test('viewers and held streams are one demand, told on change', { timeout: 5_000 }, () => {
  const told: (number | undefined)[] = [];
  const demand = createStreamDemand((viewers) => told.push(viewers));

  demand.viewers(2);
  demand.viewers(2);
  const release = demand.hold();
  demand.viewers(0);
  assert.equal(demand.isWanted, true);
  release();

  assert.deepEqual(told, [2, 2, 0, undefined]);
  assert.equal(demand.isWanted, false);
});

test('what is released after the end asks for nothing', { timeout: 5_000 }, () => {
  const told: (number | undefined)[] = [];
  const demand = createStreamDemand((viewers) => told.push(viewers));
  const release = demand.hold();

  demand.close();
  release();

  assert.deepEqual(told, [0, undefined]);
});
