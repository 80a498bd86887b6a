// A camera view for tests of routes: what it says is set by the test, who listens is counted.

import { PRODUCT_VERSION } from '@soft-stream/shared/api/versions';
import type { AppConfig, CameraConfig, WallSettings } from '@soft-stream/shared/config/camera-config';
import { cameraConfig } from '@soft-stream/shared/testing/camera-config';
import type { CameraMonitor, Observations } from '../status/camera-monitor.ts';
import type { StreamCounters } from '../status/counters.ts';
import type { PortalStatus } from '../status/portal-status.ts';
import { createVideoCounters, type VideoMonitor } from '../status/video-monitor.ts';

export interface SampleMonitor extends CameraMonitor {
  /** Changes the status and tells the listeners. */
  set(change: Partial<PortalStatus>): void;
  readonly listeners: number;
  readonly observers: ReadonlySet<Partial<Observations>>;
}

export function sampleStatus(): PortalStatus {
  return {
    version: 1,
    nowMs: 1_700_000_100_000,
    camera: 'cam0',
    name: 'Voron',
    state: 'streaming',
    cause: null,
    sinceMs: 1_700_000_000_000,
    viewers: 2,
    leases: 1,
    fps: 14.96,
    requested: { width: 1280, height: 720, fps: 15 },
    negotiated: { width: 1280, height: 720 },
    autofocus: { state: 'focused', lensPosition: 3.25, lastResult: 'focused', lastDurationMs: 1240 },
    restarts: { total: 3, failed: 3, byCause: { stalled: 2, 'child exited': 1 } },
    nextTryAtMs: null,
    driver: 'rpicam',
    cameraId: '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a',
    model: 'imx708',
    hold: 'auto',
    frames: { published: 4711, bytes: 282_660_000, dropped: { garbage: 1 } },
    stills: { taken: 4, failed: 1, lastError: null },
    object: { name: '/soft-stream.cam0', byteLength: 12_582_912 },
    controls: {},
    starts: { total: 0, withoutListing: 0, corrected: 0 },
    focusFigure: null,
    pid: 1234,
    captureReachable: true,
    captureVersion: PRODUCT_VERSION,
    versionDifference: null,
    picture: { kind: 'live', ageMs: 40 },
    http: { version: '1.0.0', startedAtMs: 1_699_990_000_000, viewers: 2, videos: 0, port: 18_081 },
  };
}

export function sampleCamera(number: number, change: Partial<CameraConfig> = {}): CameraConfig {
  return cameraConfig({
    number,
    name: number === 0 ? 'Voron' : 'Prusa',
    snapshot: { width: 4608, height: 2592, quality: 95 },
    autofocus: true,
    maxViewers: 50,
    ...change,
  });
}

export function sampleWall(change: Partial<WallSettings> = {}): WallSettings {
  return {
    isOn: true,
    port: 0,
    isPortChosen: true,
    bind: '127.0.0.1',
    socket: undefined,
    isLive: false,
    intervalMs: 1000,
    order: [],
    ...change,
  };
}

export function sampleMonitor(
  cameras: readonly [CameraConfig, ...CameraConfig[]] = [sampleCamera(0), sampleCamera(1)],
): SampleMonitor {
  const app: AppConfig = {
    cameras,
    runDir: '/run/soft-stream',
    stateDir: '/var/lib/soft-stream',
    envFile: undefined,
    container: false,
    exit66: 'exit',
    allowedHosts: [],
    allowOrigin: [],
    frameAncestors: "'self'",
    maxViewers: 100,
    webrtc: { port: 18_189, bind: '0.0.0.0', hosts: [], iceServers: [] },
    wall: sampleWall(),
    logLevel: 'info',
    logFormat: 'json',
    warnings: [],
  };
  const counters: StreamCounters = {
    delivered: { live: 100, held: 2, placeholder: 1 },
    bytesSent: 6_000_000,
    dropped: { busy: 7, fps: 9 },
    framesMissed: 1,
    viewersOpened: 12,
    viewersRefused: { limit: 0 },
    viewersStuck: 1,
    snapshots: { live: 5, still: 2, cached: 1, failed: 0 },
  };
  const video: VideoMonitor = {
    isOn: false,
    missing: undefined,
    viewerCount: 0,
    counters: createVideoCounters(),
    lastProblem: undefined,
  };
  const listeners = new Set<(status: PortalStatus) => void>();
  const observers = new Set<Partial<Observations>>();
  let current: PortalStatus = { ...sampleStatus(), camera: cameras[0].camera, name: cameras[0].name };
  return {
    config: cameras[0],
    app,
    counters,
    video,
    observers,
    get listeners() {
      return listeners.size;
    },
    status: () => current,
    freshStatus: async () => current,
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onControls: () => () => undefined,
    observe(observer) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    set(change) {
      current = { ...current, ...change };
      for (const listener of [...listeners]) listener(current);
    },
  };
}
