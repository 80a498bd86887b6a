// One camera of this process: its frames, its viewers, its demand at capture, its snapshots, put together.

import type { AppConfig, CameraConfig } from '@soft-stream/shared/config/camera-config';
import { objectName } from '@soft-stream/shared/frames/names';
import { openSubscriber } from '@soft-stream/shared/frames/subscriber';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createRateMeter } from '@soft-stream/shared/runtime/rate-meter';
import type { Logger } from 'pino';
import type { BrokerLink } from '../broker/broker-link.ts';
import { problemFromRpc } from '../broker/rpc-problem.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { createFrameHub } from '../frames/frame-hub.ts';
import { createFramePacer } from '../frames/frame-pacer.ts';
import { createFrameReader } from '../frames/frame-reader.ts';
import { createViewer } from '../frames/viewer.ts';
import { describeLasting } from '../pictures/words.ts';
import { createRenderer } from '../snapshot/render.ts';
import { createSnapshots } from '../snapshot/snapshots.ts';
import { captureStill } from '../snapshot/still-capture.ts';
import type { WorkQueue } from '../snapshot/work-queue.ts';
import { createCounters } from '../status/counters.ts';
import { createStatusStore } from '../status/status-store.ts';
import { createCameraVideo } from '../video/host/camera-video.ts';
import type { VideoService } from '../video/host/video-service.ts';
import { createAdmission } from './admission.ts';
import { createDrawState } from './drawn-states.ts';
import { waitWhileHopeful } from './live-wait.ts';
import type { PortalCamera } from './portal-camera.ts';
import { createPortalControls } from './portal-controls.ts';
import { createStreamDemand } from './stream-demand.ts';

export interface PortalCameraOptions {
  readonly config: CameraConfig;
  readonly app: AppConfig;
  readonly link: BrokerLink;
  /** shared by all cameras: scaling is bounded for the process */
  readonly scaling: WorkQueue;
  /** shared by all cameras: one worker for their videos */
  readonly video: VideoService;
  /** viewers of all cameras of this process */
  totalViewers(): number;
  /** of /status */
  readonly service: { readonly version: string; readonly startedAtMs: number };
  readonly clock: Clock;
  readonly log: Logger;
}

export interface PortalCameraHandle extends PortalCamera {
  readonly viewerCount: number;
  /** TCP port that it is served on, once that is known */
  setPort(port: number | null): void;
  /** Ends every stream and the demand. */
  close(): void;
}

const AUTOFOCUS_TIMEOUT_MS = 5_000;

/** Opens its shared memory read-only; capture need not be there. */
export function openCamera(options: PortalCameraOptions): PortalCameraHandle {
  const { config, app, link, clock, service } = options;
  const { camera } = config;
  const log = options.log.child({ camera });
  const counters = createCounters();
  const rate = createRateMeter();
  const subscriber = openSubscriber({ objectName: objectName(app.runDir, camera) });
  const reader = createFrameReader(subscriber);
  const drawState = createDrawState(config, clock);
  let port: number | null = null;
  let viewerCount = 0;

  const state = createStatusStore(config, clock, () => ({
    picture: {
      kind: hub.kind,
      ageMs:
        hub.kind === null || hub.kind === 'placeholder' ? null : Math.round(clock.monotonicMs() - reader.monotonicMs),
    },
    captureVersion: link.captureVersion,
    http: { ...service, viewers: hub.viewerCount, videos: video.viewerCount, port },
    fps: hub.viewerCount > 0 ? rate.rate(clock.monotonicMs()) : undefined,
  }));

  const demand = createStreamDemand((viewers) => link.setDemand(camera, viewers));
  const onViewers = () => {
    if (hub.viewerCount === viewerCount) return;
    if (viewerCount === 0) log.info('first viewer');
    if (hub.viewerCount === 0) log.info('last viewer left');
    viewerCount = hub.viewerCount;
    demand.viewers(viewerCount);
  };

  const hub = createFrameHub({
    fps: config.fps,
    reader,
    draw: (last) => drawState(last, state.status()),
    reason: () => describeLasting(state.status()),
    counters,
    isStreaming: () => state.isStreaming,
    onFrame(capturedMs) {
      const nowMs = clock.monotonicMs();
      rate.frame(nowMs);
      state.record('frameLatency', Math.max(0, nowMs - capturedMs) / 1000);
    },
    onChange() {
      onViewers();
      state.changed();
    },
    clock,
    log,
  });

  const admission = createAdmission(
    {
      camera: { max: config.maxViewers, taken: () => hub.viewerCount },
      process: { max: app.maxViewers, taken: options.totalViewers },
    },
    counters,
  );
  const video = createCameraVideo({
    config,
    service: options.video,
    admit: admission.admit,
    onViewers: () => hub.audienceChanged(),
    clock,
    log,
  });
  hub.setAudience(video);

  const controls = createPortalControls(camera, link);
  link.listen(camera, {
    onReachable(isReachable) {
      if (isReachable) reader.reopen();
      state.setReachable(isReachable);
      hub.redraw();
    },
    onStatus(status) {
      state.heard(status);
      hub.redraw();
    },
    onRefreshed: state.refreshed,
    onControls: controls.heard,
    onFrame: hub.receive,
  });

  const renderer = createRenderer(options.scaling, config.snapshot.quality);
  const snapshots = createSnapshots({
    camera,
    fps: config.fps,
    idle: config.idleSnapshot,
    sources: {
      isStreamWanted: () => demand.isWanted,
      newestFrame: reader.keep,
      nextFrame: (afterMs) =>
        waitWhileHopeful(state, { timeoutMs: config.snapshotTimeoutMs, clock }, (signal) =>
          hub.nextFrame(afterMs, signal),
        ),
      captureStill: (full, notBeforeMs) =>
        captureStill(
          {
            camera,
            subscriber,
            timeoutMs: config.snapshotTimeoutMs,
            request: (params, timeoutMs) => link.request('still', params, timeoutMs),
          },
          full,
          notBeforeMs,
        ),
      holdStream: demand.hold,
    },
    clock,
    log,
  });

  return {
    config,
    app,
    counters,
    status: state.status,
    onStatus: state.onStatus,
    onControls: controls.onChange,
    observe: state.observe,
    controls,
    async freshStatus() {
      await link.refresh();
      return state.status();
    },
    get viewerCount() {
      return hub.viewerCount;
    },
    setPort(listening) {
      port = listening;
    },
    video,
    admitViewer: admission.admit,
    assertAdmissible: admission.assertAdmissible,
    watch({ socket, advance, boundary, fps, requestedAtMs }) {
      counters.viewersOpened++;
      hub.add(
        createViewer({
          socket,
          advance,
          boundary,
          pacer: fps === undefined || fps >= config.fps ? undefined : createFramePacer(fps),
          counters,
          newest: () => hub.newest,
          nowMs: clock.monotonicMs,
          onFirstLive: () => state.record('firstFrame', (clock.monotonicMs() - requestedAtMs) / 1000),
        }),
      );
    },
    glance: hub.glance,
    hold: demand.hold,
    async snapshot(request) {
      const startMs = clock.monotonicMs();
      try {
        await link.untilExpected(config.snapshotTimeoutMs);
        const image = await snapshots.take(request);
        const jpeg = await renderer.render(image, request);
        counters.snapshots[image.source]++;
        state.record('snapshot', (clock.monotonicMs() - startMs) / 1000);
        return { jpeg, capturedAtMs: image.capturedAtMs };
      } catch (error) {
        counters.snapshots.failed++;
        throw error;
      }
    },
    async autofocus() {
      // It may have been switched on since the start.
      if (!config.autofocus && state.status().autofocus === null)
        throw new HttpProblem('ERR_NO_AUTOFOCUS', 'autofocus is off for this camera');
      try {
        await link.untilExpected(AUTOFOCUS_TIMEOUT_MS);
        return await link.request('autofocus', { camera }, AUTOFOCUS_TIMEOUT_MS);
      } catch (error) {
        throw problemFromRpc(error);
      }
    },
    close() {
      video.close();
      hub.close();
      demand.close();
      subscriber.close();
    },
  };
}
