// One camera: an inbox of events, decide(), and what is done about them. One failing camera touches nothing of
// another: everything here belongs to this one.

import type { Camera, CameraOptions } from './camera-api.ts';
import { decide } from './decide/decide.ts';
import type { Action, CameraEvent } from './decide/events.ts';
import { CYCLE_WITHIN_MS, judgeFocusRequest } from './decide/focus-plan.ts';
import { canRestart } from './decide/lifecycle.ts';
import { initialModel, settingsOf } from './decide/model.ts';
import { createInbox } from './inbox.ts';
import { createParts, type Parts } from './parts.ts';
import { asError } from './requests.ts';
import { createTrace } from './trace.ts';

export function createCamera(options: CameraOptions): Camera {
  const { controls, driver, clock } = options;
  const { config } = controls;
  driver.configure?.(config);
  let model = initialModel(settingsOf(config));
  let sinceMs = clock.nowMs();
  const trace = createTrace(clock);

  const post = createInbox<CameraEvent>((event) => {
    const before = model;
    const { model: after, actions } = decide(before, event, clock.monotonicMs());
    if (after.state.kind !== before.state.kind) sinceMs = clock.nowMs();
    model = after;
    trace.add(event, after.state, actions);
    for (const action of actions) run(parts, action);
  });
  const parts: Parts = createParts(
    options,
    () => model,
    () => sinceMs,
    post,
  );
  const { requests } = parts;
  controls.onChange((changes) => {
    driver.configure?.(controls.config);
    parts.record.configured(controls.config);
    const message = changes.map(({ name, to }) => `${name}=${to}`).join(' ');
    post({ type: 'reconfigured', settings: settingsOf(controls.config), message });
    if (!model.isClosing) options.listener.controls(changes, parts.status());
  });

  return {
    get config() {
      return controls.config;
    },
    controls,
    status: parts.status,
    trace: trace.entries,
    setLeases(leases, viewers) {
      if (leases !== model.leases || viewers !== model.viewers) post({ type: 'leases', leases, viewers });
    },
    hold: (hold) => post({ type: 'hold', hold }),
    async still({ full, notBeforeMs }, signal) {
      const timeoutMs = config.snapshotTimeoutMs;
      const isFull = full && options.driver.traits.hasFullStills !== false;
      const asked = { type: 'still-asked', full: isFull, notBeforeMs } as const;
      return (await requests.ask('still', (request) => ({ ...asked, request }), { timeoutMs, signal })).result;
    },
    autofocus() {
      const answer = judgeFocusRequest(model, clock.monotonicMs());
      if (answer.kind === 'refused') throw asError(answer.refusal);
      if (answer.kind === 'restart') post({ type: 'focus-asked' });
      return { joined: answer.kind === 'joined' };
    },
    async runFocusCycle(signal) {
      const limits = { timeoutMs: CYCLE_WITHIN_MS, signal };
      return (await requests.ask('focus', (request) => ({ type: 'cycle-asked', request }), limits)).outcome;
    },
    restart() {
      const hasWork = canRestart(model);
      post({ type: 'restart' });
      return hasWork;
    },
    async look(signal) {
      await requests.ask('looked', (request) => ({ type: 'look-asked', request }), { signal, waitsOnAbort: true });
    },
    async close() {
      post({ type: 'close' });
      parts.presence.stop();
      await Promise.all([parts.stream.released, parts.stills.settled]);
    },
  };
}

type ActionByName = { [A in Action as A['do']]: A };
type Runners = { readonly [N in keyof ActionByName]: (parts: Parts, action: ActionByName[N]) => void };

const RUNNERS: Runners = {
  'open-stream': ({ stream }) => stream.open(),
  'stop-stream': ({ stream }) => stream.stop(),
  capture: ({ stills }, { full, limitMs }) => stills.capture(full, limitMs),
  'abort-still': ({ stills }, { reason }) => stills.abort(reason),
  look: ({ presence, requests }, { request }) => presence.look(request, requests.signalOf(request)),
  retry: ({ retry }, { inMs }) => retry.set(inMs),
  'cancel-retry': ({ retry }) => retry.cancel(),
  linger: ({ linger }, { inMs }) => linger.set(inMs),
  'cancel-linger': ({ linger }) => linger.cancel(),
  'apply-settings': ({ settings }, { inMs }) => settings.set(inMs),
  'cancel-settings': ({ settings }) => settings.cancel(),
  answer: ({ requests }, { request, value }) => requests.answer(request, value),
  refuse: ({ requests }, { request, refusal }) => requests.refuse(request, refusal),
  'count-restart'({ record, log, listener }, { cause, message, deliberate }) {
    record.restarted(cause);
    log.restarts(cause, message, deliberate);
    listener.event('restart', `${cause}: ${message}`);
  },
  'count-still'({ record, log }, { end }) {
    record.stillEnded(end);
    log.stillEnded(end);
  },
  'count-focus': ({ record }, { outcome }) => record.focusSettled(outcome),
  log: ({ log }, { line }) => log.line(line),
  'publish-status': ({ listener, status }) => listener.status(status()),
  announce: ({ listener }, { event, message }) => listener.event(event, message),
};

function run<N extends keyof ActionByName>(parts: Parts, action: ActionByName[N] & { readonly do: N }): void {
  RUNNERS[action.do](parts, action);
}
