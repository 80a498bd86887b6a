import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAMERA_STATES } from '@soft-stream/shared/api/camera-status';
import { describeState } from '../../portal/state-words.js';
import type { PortalStatus } from '../status/portal-status.ts';
import { sampleStatus } from '../testing/sample-monitor.ts';
import { portalFiles } from './portal-files.ts';

const texts = portalFiles().texts.get('en');
const held = { kind: 'held', ageMs: 7_300 } as const;
const nobody = { viewers: 0, picture: { kind: null, ageMs: null } } as const;

const table: readonly [string, Partial<PortalStatus>, tone: string, title: string, detail: string][] = [
  ['a stream', {}, 'live', 'Live', '15.0 fps'],
  ['a stream whose pictures stopped', { picture: held }, 'held', 'Held', 'picture 7 s old'],
  ['a stream before its first picture', { picture: { kind: 'placeholder', ageMs: null } }, 'wait', 'Starting', ''],
  ['a stream nobody watches', nobody, 'off', 'On', ''],
  ['an idle camera', { ...nobody, state: 'idle' }, 'off', 'Ready', ''],
  ['a cold start', { state: 'starting', picture: { kind: 'placeholder', ageMs: null } }, 'wait', 'Starting', ''],
  ['a refocus', { state: 'focusing', picture: held }, 'wait', 'Focusing', 'picture 7 s old'],
  ['a still', { state: 'capturing', picture: held }, 'wait', 'Taking a still', 'picture 7 s old'],
  ['a restart', { state: 'restarting', cause: 'stalled', picture: held }, 'wait', 'Restarting', 'picture 7 s old'],
  [
    'a failure',
    { state: 'failed', cause: 'acquire failed', picture: { kind: 'placeholder', ageMs: null } },
    'bad',
    'Camera failed',
    '',
  ],
  [
    'a missing camera',
    { state: 'absent', picture: { kind: 'placeholder', ageMs: null } },
    'bad',
    'Camera not connected',
    '',
  ],
  ['a camera held off', { state: 'held-off' }, 'off', 'Switched off', ''],
  [
    'capture unreachable',
    { captureReachable: false, picture: held },
    'bad',
    'Camera service unreachable',
    'picture 7 s old',
  ],
];

for (const [what, change, tone, title, detail] of table) {
  test(`${what} is called "${title}"${detail === '' ? '' : ` with "${detail}"`}`, () => {
    const status = { ...sampleStatus(), ...change };

    const words = describeState(status, { nowMs: status.nowMs, pictureAgeMs: status.picture.ageMs }, texts);

    assert.deepEqual([words.tone, words.title, words.detail], [tone, title, detail]);
  });
}

test('a state that only a newer capture-service knows is shown as its own word, and the difference is said', () => {
  const versionDifference = 'http-service is 1.0.0 and capture-service is 9.9.9: update both';
  const status = { ...sampleStatus(), state: 'unknown', unknownState: 'defragmenting', versionDifference } as const;

  const words = describeState(status, { nowMs: 0 }, texts);

  assert.deepEqual([words.key, words.tone, words.title], ['unknown', 'off', 'Defragmenting']);
  assert.match(words.sentence, /does not know that state\. http-service is 1\.0\.0 and .*: update both\.$/);
});

test('every state of the camera has words', () => {
  for (const state of CAMERA_STATES) {
    const words = describeState({ ...sampleStatus(), state }, { nowMs: 0 }, texts);

    assert.notEqual(words.title, '', state);
    assert.notEqual(words.sentence, '', state);
  }
});

test('a restart says why and when the next try is', () => {
  const status = { ...sampleStatus(), state: 'restarting', cause: 'stalled', nextTryAtMs: 1_700_000_108_500 } as const;

  const { sentence } = describeState(status, { nowMs: 1_700_000_100_000 }, texts);

  assert.equal(sentence, 'The camera is being restarted: pictures stopped arriving. Next try in 8 s.');
});

test('the detail of a known cause is kept', () => {
  const status = { ...sampleStatus(), state: 'restarting', cause: 'stalled: no frame for 4 s' } as const;

  const { sentence } = describeState(status, { nowMs: 0 }, texts);

  assert.equal(sentence, 'The camera is being restarted: pictures stopped arriving (no frame for 4 s).');
});

test('a camera that is not found is not said to be not found twice', () => {
  const status = { ...sampleStatus(), state: 'absent', cause: 'not found' } as const;

  const { sentence } = describeState(status, { nowMs: 0 }, texts);

  assert.equal(sentence, 'The camera was not found. Check its ribbon cable. The search is repeated automatically.');
});

test('a cause without words of its own is told as it is', () => {
  const status = { ...sampleStatus(), state: 'failed', cause: 'kernel stuck, reboot needed' } as const;

  const { sentence } = describeState(status, { nowMs: 0 }, texts);

  assert.match(sentence, /: kernel stuck, reboot needed\./);
});

test('a broken feed goes before everything else, with the time of silence', () => {
  const words = describeState(sampleStatus(), { nowMs: 0, silentMs: 4_200 }, texts);

  assert.equal(words.title, 'Connection lost');
  assert.match(words.sentence, /for 4 s/);
});

test('a viewer who stopped the picture is not told that it is live before their eyes', () => {
  const words = describeState(sampleStatus(), { nowMs: 0, isShown: false }, texts);

  assert.deepEqual([words.title, words.tone, words.detail], ['On', 'off', '']);
  assert.doesNotMatch(words.sentence, /What you see/);
});

test('a page that the camera has no place for speaks of its own picture, and of its next try', () => {
  const words = describeState(sampleStatus(), { nowMs: 0, refusal: { isFull: true, waitMs: 9_100 } }, texts);

  assert.deepEqual([words.title, words.tone, words.detail], ['Too many viewers', 'wait', 'next try in 10 s']);
  assert.match(words.sentence, /reached its viewer limit\. This page tries again in 10 s\./);
});

test('a picture that failed for another reason is no full camera', () => {
  const words = describeState(sampleStatus(), { nowMs: 0, refusal: { isFull: false, waitMs: 0 } }, texts);

  assert.deepEqual([words.title, words.tone, words.detail], ['No picture', 'wait', 'next try in 1 s']);
});

test('a picture that has not come is not called live', () => {
  const words = describeState(sampleStatus(), { nowMs: 0, isLate: true }, texts);

  assert.deepEqual([words.title, words.tone], ['Loading', 'wait']);
});
