import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventHistory, formatEvent } from './event-history.ts';

test('an event is event, id and data lines and a blank line', () => {
  assert.equal(
    formatEvent({ event: 'status', id: 'cafe0001-7', data: { name: 'two\nlines' } }),
    'event: status\nid: cafe0001-7\ndata: {"name":"two\\nlines"}\n\n',
  );
});

test('an event without id leaves the last id of the client as it is', () => {
  assert.equal(formatEvent({ event: 'rates', data: { fps: 15 } }), 'event: rates\ndata: {"fps":15}\n\n');
});

test('an id that fell out of the history is unknown', () => {
  const history = createEventHistory('cafe0001', 2);
  const ids = [1, 2, 3, 4].map((each) => history.add(each).id);

  assert.equal(history.since(ids[0] ?? ''), undefined);
  assert.deepEqual(
    history.since(ids[2] ?? '')?.map(({ id }) => id),
    ['cafe0001-4'],
  );
  assert.deepEqual(history.since(ids[3] ?? ''), []);
});
