// Every state with every event: what the camera is next, and what is done. Notifications are left out here.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decide } from './decide.ts';
import { TABLE } from './testing/decide-table.ts';
import { deeds, EVENTS, MODELS, NOW_MS, stateText } from './testing/models.ts';

describe('the camera decides', { timeout: 20_000 }, () => {
  for (const [from, model] of Object.entries(MODELS)) {
    for (const [name, event] of Object.entries(EVENTS)) {
      const expected = TABLE[from]?.[name];
      it(`${from}, ${name}: ${expected ?? 'nothing'}`, () => {
        const { model: after, actions } = decide(model, event, NOW_MS);

        const stays = stateText(model);
        const found = [stateText(after), ...deeds(actions)].join(', ');
        assert.equal(found, expected ?? stays);
      });
    }
  }

  it('has a row for every state and no row or event that does not exist', () => {
    assert.deepEqual(Object.keys(TABLE), Object.keys(MODELS));
    for (const row of Object.values(TABLE)) for (const name of Object.keys(row)) assert.ok(name in EVENTS, name);
  });
});
