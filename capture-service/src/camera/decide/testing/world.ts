// A world around the decisions of one camera: it obeys the actions, reports what they lead to when it is told to, and
// keeps count of what must never happen.

import { decide } from '../decide.ts';
import type { Action, CameraEvent, CaptureEnded, LookEnded, StreamEnded } from '../events.ts';
import { initialModel, type Model } from '../model.ts';
import { RESULT, SETTINGS } from './models.ts';

export interface Request {
  readonly request: number;
  readonly isLook: boolean;
}

export interface World {
  readonly model: Model;
  readonly nowMs: number;
  /** streams and captures that hold the camera */
  readonly programs: number;
  readonly mostPrograms: number;
  /** when each is due */
  readonly timers: ReadonlyMap<'retry' | 'linger', number>;
  readonly waiting: ReadonlySet<Request>;
  /** answers to requests that nobody made, or that were answered before */
  readonly wrongAnswers: number;
  readonly lastDeliveredMs: number;
  /** the last event was the end of a stream that led to a pause */
  readonly retriedJustNow: boolean;
  post(event: CameraEvent): void;
  /** Lets time pass and something happen that can happen now. */
  step(choice: number, variant: number, passMs: number): void;
  /** Only what the sockets may ask for. */
  stepOutside(choice: number, variant: number, passMs: number): void;
  /** Everything that is under way comes to its end, and nobody waits any longer than he has to. */
  settle(): void;
}

/** @param failures in a row before it begins */
export function createWorld(failures = 0): World {
  let model: Model = { ...initialModel(SETTINGS), failures };
  let nowMs = 0;
  let stream: { readonly openedAtMs: number; isStopping: boolean } | undefined;
  let capture: { aborted: string | undefined } | undefined;
  let looks: (number | null)[] = [];
  let mostPrograms = 0;
  let lastRequest = 0;
  let wrongAnswers = 0;
  let lastDeliveredMs = 0;
  let retriedJustNow = false;
  const timers = new Map<'retry' | 'linger', number>();
  const waiting = new Set<Request>();

  const programs = () => (stream ? 1 : 0) + (capture ? 1 : 0);
  const answered = (request: number) => {
    const found = [...waiting].find((each) => each.request === request);
    if (found) waiting.delete(found);
    else wrongAnswers += 1;
  };

  const obey = (action: Action) => {
    switch (action.do) {
      case 'open-stream':
        if (stream) mostPrograms = 2;
        stream = { openedAtMs: nowMs, isStopping: false };
        break;
      case 'stop-stream':
        if (stream) stream.isStopping = true;
        break;
      case 'capture':
        if (capture) mostPrograms = 2;
        capture = { aborted: undefined };
        break;
      case 'abort-still':
        if (capture) capture.aborted = action.reason;
        break;
      case 'look':
        looks.push(action.request);
        break;
      case 'retry':
      case 'linger':
        timers.set(action.do, nowMs + action.inMs);
        break;
      case 'cancel-retry':
        timers.delete('retry');
        break;
      case 'cancel-linger':
        timers.delete('linger');
        break;
      case 'answer':
      case 'refuse':
        answered(action.request);
        break;
      default:
    }
    mostPrograms = Math.max(mostPrograms, programs());
  };

  const post = (event: CameraEvent) => {
    const decision = decide(model, event, nowMs);
    model = decision.model;
    retriedJustNow = event.type === 'stream-ended' && decision.actions.some((action) => action.do === 'retry');
    for (const action of decision.actions) obey(action);
  };

  const ask = (event: (request: number) => CameraEvent, isLook = false) => {
    lastRequest += 1;
    waiting.add({ request: lastRequest, isLook });
    post(event(lastRequest));
  };

  const outside = (variant: number): (() => void)[] => [
    () => post({ type: 'leases', leases: variant, viewers: variant * 2 }),
    () => post({ type: 'leases', leases: 0, viewers: 0 }),
    () => post({ type: 'hold', hold: (['auto', 'on', 'off', 'auto'] as const)[variant] ?? 'auto' }),
    () => post({ type: 'restart' }),
    () => post({ type: 'reconfigured', settings: model.settings, message: 'brightness=0.5' }),
    () => ask((request) => ({ type: 'still-asked', request, full: variant > 1, notBeforeMs: nowMs - variant })),
    () => ask((request) => ({ type: 'cycle-asked', request })),
    () => ask((request) => ({ type: 'look-asked', request }), true),
    () => post({ type: 'focus-asked' }),
  ];

  const endStream = (end: StreamEnded) => {
    stream = undefined;
    lastDeliveredMs = 'deliveredMs' in end ? end.deliveredMs : 0;
    post({ type: 'stream-ended', end });
  };
  const streamEnds = (variant: number, isStopping: boolean): StreamEnded => {
    const deliveredMs = model.state.kind === 'starting' ? 0 : variant * 12_000;
    if (isStopping) return { kind: 'stopped', stuckInKernel: variant === 3, deliveredMs };
    if (variant === 0) return { kind: 'absent' };
    if (variant === 1) return { kind: 'failed', cause: 'listing failed', message: 'no' };
    return { kind: 'ended', cause: 'child exited', message: 'no', deliveredMs };
  };
  const ofStream = (variant: number): (() => void)[] => {
    if (stream === undefined) return [];
    const { isStopping } = stream;
    const ends = () => endStream(streamEnds(variant, isStopping));
    if (isStopping) return [ends];
    return [
      ends,
      () => post({ type: 'first-frame', focusing: variant > 1 }),
      () => post({ type: 'frame', result: { ...RESULT, monotonicNs: String(BigInt(nowMs) * 1_000_000n) } }),
      () => post({ type: 'focus-settled', outcome: { result: 'focused', durationMs: 1, lensPosition: 1 } }),
      () => post({ type: 'unhealthy', cause: 'stalled', message: 'no frame' }),
      () => post({ type: 'note', cause: variant === 0 ? null : 'device timeout' }),
    ];
  };

  const ofCapture = (variant: number): (() => void)[] => {
    if (capture === undefined) return [];
    const { aborted } = capture;
    return [
      () => {
        capture = undefined;
        post({ type: 'capture-ended', end: captureEnd(variant, aborted) });
      },
    ];
  };
  const ofLooks = (variant: number): (() => void)[] =>
    looks.map((request, at) => () => {
      looks = looks.filter((_, index) => index !== at);
      post({ type: 'look-ended', request, end: lookEnd(variant) });
    });
  const ofTimers = (): (() => void)[] =>
    [...timers].map(([name, dueMs]) => () => {
      nowMs = Math.max(nowMs, dueMs);
      timers.delete(name);
      post({ type: name === 'retry' ? 'retry-due' : 'linger-over' });
    });
  const ofRequests = (): (() => void)[] =>
    [...waiting]
      .filter(({ isLook }) => !isLook)
      .flatMap((each) => [
        () => post({ type: 'timed-out', request: each.request }),
        () => {
          waiting.delete(each);
          post({ type: 'withdrawn', request: each.request });
        },
      ]);

  const doOne = (possible: readonly (() => void)[], choice: number) => possible[choice % possible.length]?.();

  return {
    get model() {
      return model;
    },
    get nowMs() {
      return nowMs;
    },
    get programs() {
      return programs();
    },
    get mostPrograms() {
      return mostPrograms;
    },
    timers,
    waiting,
    get wrongAnswers() {
      return wrongAnswers;
    },
    get lastDeliveredMs() {
      return lastDeliveredMs;
    },
    get retriedJustNow() {
      return retriedJustNow;
    },
    post,
    step(choice, variant, passMs) {
      nowMs += passMs;
      const reports = [ofStream(variant), ofCapture(variant), ofLooks(variant), ofTimers(), ofRequests()].flat();
      doOne([...outside(variant), ...reports], choice);
    },
    stepOutside(choice, variant, passMs) {
      nowMs += passMs;
      doOne(outside(variant), choice);
    },
    settle() {
      for (let round = 0; round < 1_000 && (waiting.size > 0 || (model.isClosing && programs() > 0)); round++) {
        if (capture) doOne(ofCapture(2), 0);
        else if (looks.length > 0) doOne(ofLooks(0), 0);
        else if (stream?.isStopping) endStream({ kind: 'stopped', stuckInKernel: false, deliveredMs: 0 });
        else doOne(ofRequests(), 0);
      }
    },
  };
}

function captureEnd(variant: number, aborted: string | undefined): CaptureEnded {
  if (aborted !== undefined) return { kind: 'failed', message: aborted };
  if (variant === 0) return { kind: 'absent' };
  if (variant === 1) return { kind: 'failed', message: 'no' };
  const taken = { width: 1, height: 1, byteLength: 1, durationMs: 1, focus: null, lensPosition: null };
  return { kind: 'published', result: { ...RESULT, source: 'still' }, taken };
}

function lookEnd(variant: number): LookEnded {
  if (variant === 0) return { kind: 'found' };
  if (variant === 1) return { kind: 'absent' };
  return variant === 2 ? { kind: 'failed', message: 'no' } : { kind: 'aborted' };
}
