// A camera in every state there is, and everything that can happen to it, by short names.

import type { Action, CameraEvent, CaptureEnded, StreamEnded } from '../events.ts';
import { initialModel, type Model, type Settings } from '../model.ts';
import type { Capture, MachineState, StreamState } from '../state.ts';

export const NOW_MS = 100_000;

export const SETTINGS: Settings = {
  camera: 'cam0',
  fps: 10,
  lingerMs: 5_000,
  snapshotTimeoutMs: 8_000,
  fullIntervalMs: 30_000,
  noFocusCycle: null,
};

const UNWANTED = initialModel(SETTINGS);
const WATCHED = { ...UNWANTED, leases: 1, viewers: 1 };
const CAPTURE: Capture = { full: false, begunAtMs: NOW_MS - 1_000, requests: [1], abortReason: null };
const capturing = { kind: 'capturing', afterStream: false, capture: CAPTURE } as const;
const restarting = { kind: 'restarting', released: false, deliberate: false, leaving: false } as const;
const JUST_LOOKED = { notFoundAtMs: NOW_MS - 10_000 };
const RETRY = { failures: 1, retryAtMs: NOW_MS + 500 };

const inState = (model: Model, state: MachineState, change: Partial<Model> = {}): Model => ({
  ...model,
  state,
  ...change,
});
const stream = (kind: StreamState['kind'], leaving = false): StreamState => ({ kind, leaving });

export const MODELS: Readonly<Record<string, Model>> = {
  idle: UNWANTED,
  'held off': inState(WATCHED, { kind: 'held-off' }, { hold: 'off' }),
  absent: inState(UNWANTED, { kind: 'absent' }, JUST_LOOKED),
  'absent, watched': inState(WATCHED, { kind: 'absent' }, { ...JUST_LOOKED, retryAtMs: NOW_MS + 20_000 }),
  failed: inState(UNWANTED, { kind: 'failed' }, RETRY),
  'failed, watched': inState(WATCHED, { kind: 'failed' }, RETRY),
  starting: inState(WATCHED, stream('starting')),
  'starting, leaving': inState(UNWANTED, stream('starting', true)),
  focusing: inState(WATCHED, stream('focusing')),
  'focusing, leaving': inState(UNWANTED, stream('focusing', true)),
  streaming: inState(WATCHED, stream('streaming')),
  'streaming, lingering': inState(UNWANTED, stream('streaming'), { lingerUntilMs: NOW_MS + 2_000 }),
  'streaming, a still waits': inState(WATCHED, stream('streaming'), {
    waitingStills: [{ request: 1, full: false, notBeforeMs: 0, exposedAfterMs: NOW_MS }],
  }),
  'focusing, a cycle waits': inState(UNWANTED, stream('focusing'), { waitingCycles: [1] }),
  'streaming, leaving': inState(UNWANTED, stream('streaming', true)),
  capturing: inState(UNWANTED, capturing),
  'capturing, watched': inState(WATCHED, capturing),
  'capturing, stream in the way': inState(WATCHED, {
    ...capturing,
    afterStream: true,
    capture: { ...CAPTURE, full: true },
  }),
  restarting: inState(WATCHED, restarting),
  'restarting, asked for': inState(WATCHED, { ...restarting, deliberate: true }),
  'restarting, leaving': inState(UNWANTED, { ...restarting, leaving: true }),
  'restarting, pausing': inState(WATCHED, { ...restarting, released: true }, RETRY),
};

export const RESULT = {
  camera: 'cam0',
  source: 'stream',
  sequence: '7',
  byteLength: 100,
  width: 640,
  height: 480,
  capturedAtMs: 0,
  monotonicNs: String(BigInt(NOW_MS + 1_000) * 1_000_000n),
} as const;
const TAKEN = { width: 640, height: 480, byteLength: 100, durationMs: 900, focus: null, lensPosition: null } as const;

const ended = (end: StreamEnded): CameraEvent => ({ type: 'stream-ended', end });
const captured = (end: CaptureEnded): CameraEvent => ({ type: 'capture-ended', end });
const outcome = { result: 'focused', durationMs: 800, lensPosition: 4 } as const;

export const EVENTS: Readonly<Record<string, CameraEvent>> = {
  'a viewer': { type: 'leases', leases: 1, viewers: 1 },
  'no viewers': { type: 'leases', leases: 0, viewers: 0 },
  'hold off': { type: 'hold', hold: 'off' },
  'hold on': { type: 'hold', hold: 'on' },
  'hold auto': { type: 'hold', hold: 'auto' },
  restart: { type: 'restart' },
  reconfigured: { type: 'reconfigured', settings: SETTINGS, message: 'brightness=0.5' },
  'settings due': { type: 'settings-due' },
  close: { type: 'close' },
  still: { type: 'still-asked', request: 2, full: false, notBeforeMs: 0 },
  'full still': { type: 'still-asked', request: 2, full: true, notBeforeMs: 0 },
  focus: { type: 'focus-asked' },
  cycle: { type: 'cycle-asked', request: 2 },
  look: { type: 'look-asked', request: 2 },
  withdrawn: { type: 'withdrawn', request: 1 },
  'timed out': { type: 'timed-out', request: 1 },
  'retry due': { type: 'retry-due' },
  'linger over': { type: 'linger-over' },
  'first frame': { type: 'first-frame', focusing: false },
  'first frame, focusing': { type: 'first-frame', focusing: true },
  frame: { type: 'frame', result: RESULT },
  'focus settled': { type: 'focus-settled', outcome },
  refocused: { type: 'refocused', outcome },
  note: { type: 'note', cause: 'device timeout' },
  unhealthy: { type: 'unhealthy', cause: 'stalled', message: 'no frame for 10 s' },
  'stream: absent': ended({ kind: 'absent' }),
  'stream: failed': ended({ kind: 'failed', cause: 'listing failed', message: 'exit code 1' }),
  'stream: ended': ended({ kind: 'ended', cause: 'child exited', message: 'exit code 1', deliveredMs: 0 }),
  'stream: stopped': ended({ kind: 'stopped', stuckInKernel: false, deliveredMs: 0 }),
  'stream: stuck': ended({ kind: 'stopped', stuckInKernel: true, deliveredMs: 0 }),
  'capture: published': captured({ kind: 'published', result: RESULT, taken: TAKEN }),
  'capture: absent': captured({ kind: 'absent' }),
  'capture: failed': captured({ kind: 'failed', message: 'exit code 1' }),
  'look: found': { type: 'look-ended', request: null, end: { kind: 'found' } },
  'look: absent': { type: 'look-ended', request: null, end: { kind: 'absent' } },
  'look: failed': { type: 'look-ended', request: null, end: { kind: 'failed', message: 'exit code 1' } },
  'look: aborted': { type: 'look-ended', request: null, end: { kind: 'aborted' } },
};

/** `streaming`, `streaming leaving`, `restarting released` */
export function stateText({ state }: Model): string {
  const flags = [
    'leaving' in state && state.leaving ? ' leaving' : '',
    state.kind === 'restarting' && state.released ? ' released' : '',
    state.kind === 'restarting' && state.deliberate ? ' deliberate' : '',
    state.kind === 'capturing' && state.afterStream ? ' after stream' : '',
    state.kind === 'capturing' && state.capture.abortReason !== null ? ' aborting' : '',
  ];
  return state.kind + flags.join('');
}

/** What is done: without notifications. */
export function deeds(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => {
    switch (action.do) {
      case 'log':
      case 'publish-status':
      case 'announce':
        return [];
      case 'retry':
      case 'linger':
      case 'apply-settings':
        return [`${action.do} in ${action.inMs}`];
      case 'answer':
        return [`answer ${action.request}`];
      case 'refuse':
        return [`refuse ${action.request} ${action.refusal.kind}`];
      case 'capture':
        return [`capture within ${action.limitMs}`];
      case 'count-restart':
        return [`count ${action.cause}`];
      default:
        return [action.do];
    }
  });
}
