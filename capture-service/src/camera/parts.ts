// What one camera is made of beside its decisions: the stream, stills, timers and requests that report to it, and the
// words for those who watch it.

import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import type { CameraListener, CameraOptions } from './camera-api.ts';
import type { CameraEvent } from './decide/events.ts';
import type { Model } from './decide/model.ts';
import { createPresenceCheck, type PresenceCheck } from './presence-check.ts';
import { type CameraLog, createCameraLog } from './report/log.ts';
import { type CameraRecord, createRecord } from './report/status.ts';
import { createRequests, type Requests } from './requests.ts';
import { createStills, type Stills } from './still/stills.ts';
import { createFrameSink } from './stream/sink.ts';
import { type CameraStream, createStream } from './stream/stream.ts';
import { createTimer, type Timer } from './timer.ts';

export interface Parts {
  readonly stream: CameraStream;
  readonly stills: Stills;
  readonly presence: PresenceCheck;
  readonly requests: Requests;
  readonly retry: Timer;
  readonly linger: Timer;
  readonly settings: Timer;
  status(): CameraStatus;
  readonly record: CameraRecord;
  readonly log: CameraLog;
  readonly listener: CameraListener;
}

export function createParts(
  options: CameraOptions,
  model: () => Model,
  sinceMs: () => number,
  post: (event: CameraEvent) => void,
): Parts {
  const { controls, driver, clock, listener } = options;
  const { config } = controls;
  const { camera, snapshotTimeoutMs } = config;
  const log = createCameraLog({
    config,
    fps: () => controls.config.fps,
    frameSize: driver.traits.frameSize,
    log: options.log,
    nowMs: () => clock.monotonicMs(),
  });
  const record = createRecord(config, driver.kind, options.object);
  const sink = createFrameSink(camera, options.ring, clock, options.log);
  const settings = createTimer(clock, () => post({ type: 'settings-due' }));
  const retry = createTimer(clock, () => post({ type: 'retry-due' }));
  const linger = createTimer(clock, () => post({ type: 'linger-over' }));

  const stream = createStream(
    { config, driver, focusFirst: () => model().settings.noFocusCycle === null, sink, record, clock, log },
    {
      event: post,
      frame(frame, asStill) {
        listener.frame(frame);
        if (model().waitingStills.length > 0) post({ type: 'frame', result: asStill() });
      },
      changed() {
        if (!model().isClosing) listener.status(status());
      },
    },
  );
  const stills = createStills({ camera, snapshotTimeoutMs, driver, sink, clock, reportTrouble: log.trouble }, (end) =>
    post({ type: 'capture-ended', end }),
  );

  const status = () => {
    const { state, cause, viewers, leases, hold } = model();
    const streamNow = { fps: stream.rate, pid: stream.pid };
    const demand = { viewers, leases, hold };
    return record.status({
      state: state.kind,
      cause,
      sinceMs: sinceMs(),
      nextTryAtMs: retry.atMs,
      ...demand,
      ...streamNow,
      controls: controls.states(),
    });
  };

  return {
    stream,
    stills,
    presence: createPresenceCheck(driver, {
      located: record.located,
      ended: (request, end) => post({ type: 'look-ended', request, end }),
    }),
    requests: createRequests(clock, post),
    retry,
    linger,
    settings,
    status,
    record,
    log,
    listener,
  };
}
