// How stills are served: from the next frame of the stream, or by a capture of their own, one at a time and shared by
// all who ask for it in time.

import type { StillResult } from '@soft-stream/shared/api/broker-api';
import { isWanted } from './demand.ts';
import type { CaptureEnded, StreamEnded } from './events.ts';
import { tellFocus } from './focus-plan.ts';
import {
  afterwards,
  interruptForCapture,
  LOOK_INTERVAL_MS,
  lookAgainInMs,
  notFound,
  STUCK,
  stuck,
} from './lifecycle.ts';
import { describeState, type Model, type WaitingStill } from './model.ts';
import { captureFailed, HELD_OFF_REFUSAL, type Refusal } from './refusal.ts';
import type { Capture, CapturingState, MachineState } from './state.ts';
import { act, change, enter, type Step } from './step.ts';

const NOT_THERE = 'camera not found';
const ABSENT_REFUSAL = { kind: 'cameraAbsent', message: NOT_THERE } as const;

export type StillPlan =
  /** the next frame of the stream that is exposed late enough */
  | 'stream'
  /** a capture of its own */
  | 'capture'
  /** something is under way: decide again after the next event */
  | 'wait'
  | 'held-off'
  /** no picture soon: say why */
  | 'failed';

/** @param wanted whether the stream has demand, so that it comes by itself */
export function planStill(state: MachineState, full: boolean, wanted: boolean): StillPlan {
  switch (state.kind) {
    case 'held-off':
      return 'held-off';
    case 'idle':
    case 'absent':
      return 'capture';
    case 'failed':
      return wanted ? 'failed' : 'capture';
    case 'streaming':
      if (state.leaving) return 'wait';
      return full ? 'capture' : 'stream';
    case 'capturing':
    case 'starting':
    case 'focusing':
    case 'restarting':
      return 'wait';
  }
}

export function askStill(step: Step, { request, full, notBeforeMs }: Omit<WaitingStill, 'exposedAfterMs'>): void {
  // A frame that arrives within a frame time of the request was exposed, at least in part, before it.
  const exposedAfterMs = Math.max(step.nowMs, notBeforeMs) + 1000 / step.model.settings.fps;
  const still: WaitingStill = { request, full, notBeforeMs, exposedAfterMs };
  change(step, { waitingStills: [...step.model.waitingStills, still] });
}

/** After every event: whoever can be served, or has nothing to hope for, waits no longer. */
export function serveStills(step: Step): void {
  for (const still of step.model.waitingStills) {
    if (join(step, still) || !place(step, still)) continue;
    forgetStill(step, still.request);
  }
}

export function frameForStills(step: Step, result: StillResult): void {
  const arrivedAtMs = Number(BigInt(result.monotonicNs)) / 1e6;
  for (const { request, full, exposedAfterMs } of step.model.waitingStills) {
    if (full || arrivedAtMs < exposedAfterMs) continue;
    act(step, { do: 'answer', request, value: { kind: 'still', result } });
    forgetStill(step, request);
  }
}

export function stillTimedOut(step: Step, request: number): void {
  // One that has a capture under way is answered by that, which has a limit of its own.
  if (!step.model.waitingStills.some((each) => each.request === request)) return;
  const { settings } = step.model;
  const what = `no picture within ${settings.snapshotTimeoutMs / 1000} s`;
  refuse(step, request, captureFailed(`${what}: the camera is ${describeState(step.model)}`));
  forgetStill(step, request);
}

/** The capture under way goes on without it: others may have joined. */
export function withdrawStill(step: Step, request: number): void {
  forgetStill(step, request);
  const { state } = step.model;
  if (state.kind !== 'capturing') return;
  const requests = state.capture.requests.filter((each) => each !== request);
  enter(step, { ...state, capture: { ...state.capture, requests } });
}

/** The stream that was in the way is gone, or not to be got rid of. */
export function captureAfterStream(step: Step, state: CapturingState, end: StreamEnded): void {
  const { abortReason } = state.capture;
  if (end.kind === 'stopped' && end.stuckInKernel) {
    answerAll(step, state.capture, { kind: 'failed', message: STUCK });
    stuck(step);
  } else if (abortReason !== null) {
    answerAll(step, state.capture, { kind: 'failed', message: abortReason });
    afterwards(step);
  } else {
    enter(step, { ...state, afterStream: false });
    act(step, captureAction(step, state.capture));
  }
}

export function captureEnded(step: Step, end: CaptureEnded): void {
  const { state, hold } = step.model;
  if (state.kind !== 'capturing' || state.afterStream) return;
  answerAll(step, state.capture, end);
  if (end.kind === 'absent' && hold !== 'off') notFound(step);
  else afterwards(step);
}

function answerAll(step: Step, { requests }: Capture, end: CaptureEnded): void {
  act(step, { do: 'count-still', end });
  if (end.kind === 'published' && end.taken.focus !== null) {
    const { focus, focusDurationMs, lensPosition } = end.taken;
    tellFocus(step, { result: focus, durationMs: focusDurationMs ?? null, lensPosition }, true);
  }
  act(step, { do: 'announce', event: 'still', message: stillFailure(end) ?? 'still taken' });
  for (const request of requests) {
    if (end.kind === 'published') act(step, { do: 'answer', request, value: { kind: 'still', result: end.result } });
    else if (end.kind === 'absent') refuse(step, request, { ...ABSENT_REFUSAL, retryAfterMs: LOOK_INTERVAL_MS });
    else refuse(step, request, captureFailed(`still failed: ${end.message}`));
  }
}

function join(step: Step, still: WaitingStill): boolean {
  const { state } = step.model;
  if (state.kind !== 'capturing' || state.capture.abortReason !== null) return false;
  const { capture } = state;
  if (capture.full !== still.full || capture.begunAtMs < still.notBeforeMs) return false;
  enter(step, { ...state, capture: { ...capture, requests: [...capture.requests, still.request] } });
  forgetStill(step, still.request);
  return true;
}

/** @returns false when it goes on waiting */
function place(step: Step, { request, full }: WaitingStill): boolean {
  const { model } = step;
  if (model.isClosing) return refuse(step, request, captureFailed('the service is stopping'));
  const plan = planStill(model.state, full, isWanted(model));
  if (plan === 'wait' || plan === 'stream') return false;
  if (plan === 'held-off') return refuse(step, request, HELD_OFF_REFUSAL);
  if (plan === 'failed') return refuse(step, request, captureFailed(`the camera is ${describeState(model)}`));
  const refusal = refusalOfCapture(model, full, step.nowMs);
  if (refusal) return refuse(step, request, refusal);
  beginCapture(step, { full, begunAtMs: step.nowMs, requests: [request], abortReason: null });
  return true;
}

function refusalOfCapture(model: Model, full: boolean, nowMs: number): Refusal | undefined {
  const lookInMs = lookAgainInMs(model, nowMs);
  if (model.state.kind === 'absent' && lookInMs > 0) {
    const retryAfterMs = Math.ceil(lookInMs);
    return { kind: 'cameraAbsent', message: `the camera is ${describeState(model)}`, retryAfterMs };
  }
  const { fullIntervalMs } = model.settings;
  const waitMs = model.fullStillAtMs + fullIntervalMs - nowMs;
  if (!full || model.leases === 0 || waitMs <= 0) return undefined;
  const message = `at most one full still per ${fullIntervalMs / 1000} s while others watch`;
  return { kind: 'rateLimited', message, retryAfterMs: Math.ceil(waitMs) };
}

function beginCapture(step: Step, capture: Capture): void {
  if (capture.full) change(step, { fullStillAtMs: step.nowMs });
  const state = { kind: 'capturing', capture } as const;
  if (step.model.state.kind === 'streaming') {
    interruptForCapture(step, { ...state, afterStream: true });
    return;
  }
  enter(step, { ...state, afterStream: false }, capture.full ? 'full still' : null);
  act(step, captureAction(step, capture));
}

function captureAction({ model, nowMs }: Step, { full, begunAtMs }: Capture) {
  const limitMs = Math.max(0, begunAtMs + model.settings.snapshotTimeoutMs - nowMs);
  return { do: 'capture', full, limitMs } as const;
}

function refuse(step: Step, request: number, refusal: Refusal): true {
  act(step, { do: 'refuse', request, refusal });
  return true;
}

function forgetStill(step: Step, request: number): void {
  if (!step.model.waitingStills.some((each) => each.request === request)) return;
  change(step, { waitingStills: step.model.waitingStills.filter((each) => each.request !== request) });
}

/** Why there is no picture; null = there is one. */
export function stillFailure(end: CaptureEnded): string | null {
  if (end.kind === 'published') return null;
  return end.kind === 'absent' ? NOT_THERE : end.message;
}
