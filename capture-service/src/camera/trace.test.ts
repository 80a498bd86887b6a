import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import type { Action } from './decide/events.ts';
import { IDLE } from './decide/state.ts';
import { createTrace, newestOf } from './trace.ts';

/** What `camctl status --json` carries for each camera beside its status. */
const MAX_TRACE_BYTES = 64 * 1_024;

describe('trace', { timeout: 10_000 }, () => {
  it('stays small, however many wait for one event and however long its texts are', () => {
    const trace = createTrace(manualClock());
    const refusal = { kind: 'captureFailed', message: 'x'.repeat(5_000) } as const;
    const actions = Array.from({ length: 1_000 }, (_, request): Action => ({ do: 'refuse', request, refusal }));
    const event = { type: 'note', cause: 'y'.repeat(5_000) } as const;

    for (let count = 0; count < 100; count++) trace.add(event, IDLE, actions);

    assert.equal(trace.entries().length, 50);
    assert.equal(trace.entries()[0]?.actions.at(-1), 'and 992 more');
    assert.ok(JSON.stringify(trace.entries()).length < MAX_TRACE_BYTES);
  });

  it('names what an answer was, and not all that is in it', () => {
    const trace = createTrace(manualClock());
    const outcome = { result: 'focused', durationMs: 812, lensPosition: 4.25 } as const;
    trace.add({ type: 'focus-settled', outcome }, IDLE, [
      { do: 'answer', request: 3, value: { kind: 'focus', outcome } },
    ]);

    assert.deepEqual(trace.entries()[0]?.actions, ['answer request=3 value=focus']);
    assert.equal(trace.entries()[0]?.event, 'focus-settled outcome=focused');
  });

  it('is cut to its newest entries where several cameras share a message', () => {
    const trace = createTrace(manualClock());
    for (let count = 0; count < 50; count++) trace.add({ type: 'leases', leases: 1, viewers: count }, IDLE, []);

    const newest = newestOf(trace.entries(), 1_000);

    assert.ok(newest.length > 5 && JSON.stringify(newest).length <= 1_002);
    assert.equal(newest.at(-1)?.event, 'leases leases=1 viewers=49');
    assert.deepEqual(newestOf(trace.entries(), 32_768), trace.entries());
  });
});
