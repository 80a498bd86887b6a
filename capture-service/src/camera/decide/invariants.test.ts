// What holds after any sequence of events, for a camera that runs in a world that obeys its actions.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LONGEST_PAUSE_MS, RECOVERED_MS } from './backoff.ts';
import { isWanted } from './demand.ts';
import { createWorld, type World } from './testing/world.ts';

const RUNS = { numRuns: 1_000 };
const options = { timeout: 60_000 };

/** Anything at all, as far as it can happen in the world at that moment. */
const anything = fc.array(
  fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 3 }), fc.oneof(fc.constant(0), fc.nat({ max: 40_000 }))),
  { maxLength: 60 },
);

function after(steps: readonly (readonly [number, number, number])[], check: (world: World) => void): void {
  const world = createWorld();
  for (const [choice, variant, passMs] of steps) {
    world.step(choice, variant, passMs);
    check(world);
  }
}

describe('after any sequence of events', options, () => {
  it('never are two programs open', () => {
    fc.assert(
      fc.property(anything, (steps) => after(steps, ({ mostPrograms }) => assert.ok(mostPrograms <= 1))),
      RUNS,
    );
  });

  it('a wanted camera has a program, or a timer that leads on', () => {
    const check = ({ model, programs, timers }: World) =>
      assert.ok(!isWanted(model) || programs === 1 || timers.has('retry'), model.state.kind);
    fc.assert(
      fc.property(anything, (steps) => after(steps, check)),
      RUNS,
    );
  });

  it('an idle or held-off camera runs nothing, has nothing armed, and lets nobody wait', () => {
    const check = ({ model, programs, timers, waiting }: World) => {
      if (model.state.kind !== 'idle' && model.state.kind !== 'held-off') return;
      assert.equal(programs, 0);
      assert.deepEqual([...timers.keys()], []);
      assert.deepEqual(
        [...waiting].filter((request) => !request.isLook),
        [],
      );
    };
    fc.assert(
      fc.property(anything, (steps) => after(steps, check)),
      RUNS,
    );
  });

  it('an unwanted camera is stopped or being stopped, but for a still', () => {
    const check = ({ model, programs }: World) => {
      if (isWanted(model) || programs === 0 || model.state.kind === 'capturing') return;
      assert.ok('leaving' in model.state && model.state.leaving, model.state.kind);
    };
    fc.assert(
      fc.property(anything, (steps) => after(steps, check)),
      RUNS,
    );
  });

  it('pauses are never longer than the longest, and the shortest after 30 s of frames', () => {
    const check = ({ model, nowMs, lastDeliveredMs, retriedJustNow }: World) => {
      if (model.retryAtMs === null || model.state.kind === 'absent') return;
      assert.ok(model.retryAtMs - nowMs <= LONGEST_PAUSE_MS);
      if (retriedJustNow && lastDeliveredMs >= RECOVERED_MS) assert.equal(model.retryAtMs - nowMs, 1_000);
    };
    const isInTrouble = fc.tuple(fc.nat({ max: 16 }), anything);
    fc.assert(
      fc.property(isInTrouble, ([failures, steps]) => {
        const world = createWorld(failures);
        world.post({ type: 'leases', leases: 1, viewers: 1 });
        world.post({ type: 'first-frame', focusing: false });
        for (const [choice, variant, passMs] of steps) {
          world.step(choice, variant, passMs);
          check(world);
        }
      }),
      RUNS,
    );
  });

  it('what is armed is what the model says', () => {
    const check = ({ model, timers }: World) => {
      assert.equal(timers.get('retry') ?? null, model.retryAtMs);
      assert.equal(timers.get('linger') ?? null, model.lingerUntilMs);
    };
    fc.assert(
      fc.property(anything, (steps) => after(steps, check)),
      RUNS,
    );
  });

  it('every request is answered exactly once, and none is forgotten', () => {
    fc.assert(
      fc.property(anything, (steps) => {
        const world = createWorld();
        for (const [choice, variant, passMs] of steps) world.step(choice, variant, passMs);
        world.settle();
        assert.deepEqual([...world.waiting], []);
        assert.equal(world.wrongAnswers, 0);
      }),
      RUNS,
    );
  });

  it('a closed camera comes to rest with nothing open and nothing armed', () => {
    fc.assert(
      fc.property(anything, (steps) => {
        const world = createWorld();
        for (const [choice, variant, passMs] of steps) world.step(choice, variant, passMs);
        world.post({ type: 'close' });
        world.settle();
        for (const [choice, variant, passMs] of steps) world.stepOutside(choice, variant, passMs);
        assert.equal(world.programs, 0);
        assert.deepEqual([...world.timers.keys()], []);
      }),
      RUNS,
    );
  });
});
