// A configured camera for the tests of this driver, as the defaults of the configuration make it.

import type { CameraConfig, RpicamSettings, V4l2Settings } from '@soft-stream/shared/config/camera-config';

const RPICAM: RpicamSettings = {
  rotation: undefined,
  hflip: false,
  vflip: false,
  mode: undefined,
  roi: undefined,
  exposure: undefined,
  gain: undefined,
  awb: undefined,
  brightness: undefined,
  contrast: undefined,
  sharpness: undefined,
  saturation: undefined,
  denoise: undefined,
  hdr: undefined,
  tuningFile: undefined,
  autofocusRange: 'full',
  autofocusSpeed: 'normal',
  autofocusWindow: undefined,
  lensPosition: undefined,
  extraArgs: [],
};

export function cameraConfig(
  change: Partial<Omit<CameraConfig, 'rpicam' | 'v4l2'>> & {
    readonly rpicam?: Partial<RpicamSettings>;
    readonly v4l2?: Partial<V4l2Settings>;
  } = {},
): CameraConfig {
  return {
    camera: 'cam0',
    number: 0,
    index: 0,
    id: undefined,
    name: 'Camera 0',
    width: 1280,
    height: 720,
    fps: 15,
    port: 18081,
    bind: '127.0.0.1',
    socket: undefined,
    quality: 50,
    qualityText: 'medium',
    snapshot: { width: 1280, height: 720, quality: 95 },
    autofocus: false,
    driver: 'rpicam',
    recording: undefined,
    lingerMs: 5_000,
    watchdogTimeoutMs: 10_000,
    snapshotTimeoutMs: 8_000,
    fullIntervalMs: 30_000,
    idleSnapshot: 'still',
    slotBytes: undefined,
    stillSlotBytes: undefined,
    publicUrl: undefined,
    maxViewers: 100,
    video: { isOn: false, kilobitsPerSecond: 1500, fps: 15, maxViewers: 10 },
    ...change,
    rpicam: { ...RPICAM, ...change.rpicam },
    v4l2: { format: 'mjpeg', controls: [], stillSize: undefined, ...change.v4l2 },
  };
}
