import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAMERA_STATES } from '@soft-stream/shared/api/camera-status';
import { describe, heldLine } from './words.ts';

const NOW_MS = 1_000_000;
const inState = (
  state: (typeof CAMERA_STATES)[number],
  cause: string | null = null,
  nextTryAtMs: number | null = null,
) => describe({ status: { state, cause, nextTryAtMs }, captureReachable: true, nowMs: NOW_MS });

test('every state has words of its own, but idle and starting', { timeout: 5_000 }, () => {
  const titles = CAMERA_STATES.map((state) => inState(state).title);

  assert.equal(new Set(titles).size, CAMERA_STATES.length - 1);
  assert.deepEqual(inState('idle'), inState('starting'));
});

test('a state that nobody here knows is said with its own word', { timeout: 5_000 }, () => {
  const status = { state: 'unknown', unknownState: 'defragmenting', cause: null, nextTryAtMs: null } as const;

  const { title } = describe({ status, captureReachable: true, nowMs: NOW_MS });

  assert.equal(title, 'Unknown state: "defragmenting"');
});

test('a failed camera says why and when it is tried again', { timeout: 5_000 }, () => {
  assert.deepEqual(inState('failed', 'open /dev/media0: busy', NOW_MS + 7_200), {
    title: 'Camera failed',
    detail: 'open media0: busy · next try in 8 s',
  });
  assert.equal(inState('failed', null, NOW_MS - 1).detail, 'trying again');
});

test('a stream without new pictures says why, once that is known', { timeout: 5_000 }, () => {
  assert.deepEqual(inState('streaming', 'frozen: the same picture even after a restart'), {
    title: 'Waiting for the next picture',
    detail: 'frozen: the same picture even after a restart',
  });
});

test('without capture nothing else is claimed', { timeout: 5_000 }, () => {
  const status = { state: 'streaming', cause: null, nextTryAtMs: null } as const;

  assert.equal(describe({ status, captureReachable: false, nowMs: NOW_MS }).title, 'Camera service unreachable');
});

test('a held picture says why and its age', { timeout: 5_000 }, () => {
  assert.equal(heldLine(inState('restarting', 'stalled'), 12_000), 'Restarting · stalled · picture is 12 s old');
});
