import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CameraEvent, type CameraMachine, next } from './state.ts';

/** Every state there is, by a short name; `!` = leaving, `restarting.` = released. */
const STATES: Readonly<Record<string, CameraMachine>> = {
  absent: { kind: 'absent' },
  idle: { kind: 'idle' },
  'held-off': { kind: 'held-off' },
  failed: { kind: 'failed' },
  starting: { kind: 'starting', leaving: false },
  'starting!': { kind: 'starting', leaving: true },
  focusing: { kind: 'focusing', leaving: false },
  'focusing!': { kind: 'focusing', leaving: true },
  streaming: { kind: 'streaming', leaving: false },
  'streaming!': { kind: 'streaming', leaving: true },
  capturing: { kind: 'capturing', leaving: false },
  'capturing!': { kind: 'capturing', leaving: true },
  restarting: { kind: 'restarting', released: false, leaving: false },
  'restarting!': { kind: 'restarting', released: false, leaving: true },
  'restarting.': { kind: 'restarting', released: true, leaving: false },
};

const EVENTS: Readonly<Record<string, CameraEvent>> = {
  start: { type: 'start' },
  stop: { type: 'stop', heldOff: false },
  'hold off': { type: 'stop', heldOff: true },
  'released, wanted': { type: 'released', wanted: true, heldOff: false },
  'released, unwanted': { type: 'released', wanted: false, heldOff: false },
  'released, held off': { type: 'released', wanted: false, heldOff: true },
  absent: { type: 'absent' },
  present: { type: 'present' },
  'first frame': { type: 'first-frame', focusing: false },
  'first frame, focusing': { type: 'first-frame', focusing: true },
  'focus over': { type: 'focus-over' },
  interrupt: { type: 'interrupt' },
  ended: { type: 'ended' },
  failed: { type: 'failed' },
  shoot: { type: 'shoot' },
  'shot done, wanted': { type: 'shot-done', absent: false, wanted: true, heldOff: false },
  'shot done, unwanted': { type: 'shot-done', absent: false, wanted: false, heldOff: false },
  'shot done, held off': { type: 'shot-done', absent: false, wanted: false, heldOff: true },
  'shot done, absent': { type: 'shot-done', absent: true, wanted: true, heldOff: false },
};

/** from: event -> to; what is not here changes nothing. */
const ARROWS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  idle: { start: 'starting', 'hold off': 'held-off', absent: 'absent', failed: 'failed', shoot: 'capturing' },
  absent: { start: 'starting', 'hold off': 'held-off', present: 'idle', failed: 'failed', shoot: 'capturing' },
  'held-off': { start: 'starting', stop: 'idle' },
  failed: {
    start: 'starting',
    stop: 'idle',
    'hold off': 'held-off',
    absent: 'absent',
    present: 'idle',
    shoot: 'capturing',
  },
  starting: {
    stop: 'starting!',
    'hold off': 'starting!',
    'first frame': 'streaming',
    'first frame, focusing': 'focusing',
    interrupt: 'restarting',
    ended: 'failed',
    absent: 'absent',
    failed: 'failed',
  },
  focusing: {
    stop: 'focusing!',
    'hold off': 'focusing!',
    'focus over': 'streaming',
    interrupt: 'restarting',
    ended: 'restarting.',
    failed: 'failed',
  },
  streaming: {
    stop: 'streaming!',
    'hold off': 'streaming!',
    interrupt: 'restarting',
    ended: 'restarting.',
    failed: 'failed',
    shoot: 'capturing',
  },
  ...Object.fromEntries(
    ['starting!', 'focusing!', 'streaming!', 'restarting!'].map((from) => [
      from,
      {
        'released, wanted': 'starting',
        'released, unwanted': 'idle',
        'released, held off': 'held-off',
        failed: 'failed',
      },
    ]),
  ),
  restarting: {
    stop: 'restarting!',
    'hold off': 'restarting!',
    'released, wanted': 'restarting.',
    'released, unwanted': 'restarting.',
    'released, held off': 'restarting.',
    ended: 'restarting.',
    failed: 'failed',
  },
  'restarting.': { start: 'starting', stop: 'idle', 'hold off': 'held-off', failed: 'failed' },
  capturing: {
    'hold off': 'capturing!',
    'shot done, wanted': 'starting',
    'shot done, unwanted': 'idle',
    'shot done, held off': 'held-off',
    'shot done, absent': 'absent',
  },
  'capturing!': {
    'shot done, wanted': 'starting',
    'shot done, unwanted': 'idle',
    'shot done, held off': 'held-off',
    'shot done, absent': 'absent',
  },
};

describe('camera states', { timeout: 10_000 }, () => {
  for (const [from, state] of Object.entries(STATES)) {
    for (const [name, event] of Object.entries(EVENTS)) {
      const to = ARROWS[from]?.[name];
      it(`${from} on "${name}" ${to === undefined ? 'stays' : `becomes ${to}`}`, () => {
        const reached = next(state, event);

        if (to === undefined) assert.equal(reached, state);
        else assert.deepEqual(reached, STATES[to]);
      });
    }
  }
});
