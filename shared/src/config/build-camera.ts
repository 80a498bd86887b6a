// From the values of one camera's settings to its CameraConfig, with what one setting means for another.

import { dirname, resolve } from 'node:path';
import type { CameraConfig, RpicamSettings, V4l2Settings } from './camera-config.ts';
import type { CAMERA_SETTINGS, SettingValues } from './settings.ts';

export type CameraValues = SettingValues<typeof CAMERA_SETTINGS>;

export interface Surroundings {
  readonly number: number;
  readonly watchdogTimeoutMs: number;
  readonly container: boolean;
  readonly socketDir: string | undefined;
  readonly cwd: string;
  readonly envFile: string | undefined;
}

export function buildCamera(values: CameraValues, around: Surroundings): CameraConfig {
  const { number, container, socketDir, cwd, envFile } = around;
  const base = envFile === undefined ? cwd : dirname(envFile);
  return {
    camera: `cam${number}`,
    number,
    index: values.index ?? (values.id === undefined ? number : undefined),
    id: values.id,
    name: values.name,
    width: values.width,
    height: values.height,
    fps: values.fps,
    // Inside a container these belong to the published side, which compose reads by itself.
    port: container ? 18_081 + number : values.port,
    bind: container ? '0.0.0.0' : values.bind,
    socket: values.socket ?? (socketDir === undefined ? undefined : resolve(cwd, socketDir, `cam${number}.sock`)),
    quality: values.quality.value,
    qualityText: values.quality.text,
    snapshot: {
      width: values.snapshot_width || values.width,
      height: values.snapshot_height || values.height,
      quality: values.snapshot_quality,
    },
    autofocus: values.autofocus && values.driver !== 'v4l2',
    driver: values.driver,
    recording: values.recording === undefined ? undefined : resolve(base, values.recording),
    lingerMs: values.linger,
    watchdogTimeoutMs: values.watchdog_timeout ?? around.watchdogTimeoutMs,
    snapshotTimeoutMs: values.snapshot_timeout,
    fullIntervalMs: values.full_interval,
    idleSnapshot: values.idle_snapshot,
    slotBytes: values.slot_bytes,
    stillSlotBytes: values.still_slot_bytes,
    publicUrl: values.public_url,
    maxViewers: values.max_viewers,
    video: {
      isOn: values.webrtc,
      kilobitsPerSecond: values.webrtc_bitrate,
      fps: Math.min(values.fps, values.webrtc_fps ?? values.fps),
      maxViewers: values.webrtc_max_viewers,
    },
    rpicam: buildRpicam(values),
    v4l2: buildV4l2(values),
  };
}

function buildV4l2(values: CameraValues): V4l2Settings {
  const { snapshot_width: width, snapshot_height: height } = values;
  // A USB camera focuses by itself and tells nobody: no cycle to wait for, one control to set.
  const focus = values.autofocus ? [{ name: 'autofocus', value: '1' }] : [];
  return {
    format: values.v4l2_format,
    controls: [...focus, ...(values.v4l2_controls ?? [])],
    stillSize: width > 0 || height > 0 ? { width: width || values.width, height: height || values.height } : undefined,
  };
}

function buildRpicam(values: CameraValues): RpicamSettings {
  return {
    rotation: values.rotation,
    hflip: values.hflip,
    vflip: values.vflip,
    mode: values.mode,
    roi: values.roi,
    exposure: values.exposure,
    gain: values.gain,
    awb: values.awb,
    brightness: values.brightness,
    contrast: values.contrast,
    sharpness: values.sharpness,
    saturation: values.saturation,
    denoise: values.denoise,
    hdr: values.hdr,
    tuningFile: values.tuning_file,
    autofocusRange: values.autofocus_range,
    autofocusSpeed: values.autofocus_speed,
    autofocusWindow: values.autofocus_window,
    lensPosition: values.lens_position,
    extraArgs: values.extra_args ?? [],
  };
}

/** What is allowed and probably not meant. */
export function warnAbout(values: CameraValues, camera: string): string[] {
  const warnings: string[] = [];
  const hasWidth = values.snapshot_width > 0;
  if (hasWidth !== values.snapshot_height > 0) {
    const [given, missing] = hasWidth ? ['width', 'height'] : ['height', 'width'];
    warnings.push(
      `${camera}_snapshot_${given} is set without ${camera}_snapshot_${missing}, which is taken from the stream`,
    );
  }
  if (values.autofocus && values.lens_position !== undefined) {
    warnings.push(`${camera}_autofocus=1 means nothing beside ${camera}_lens_position: the focus is fixed`);
  }
  if (values.recording !== undefined && values.driver !== 'recorded') {
    warnings.push(`${camera}_recording means nothing without ${camera}_driver=recorded`);
  }
  const isV4l2 = values.driver === 'v4l2';
  for (const name of isV4l2 ? RPICAM_ONLY : V4L2_ONLY) {
    if (!isGiven(values[name])) continue;
    const advice = isV4l2 ? `it is for CSI cameras; see ${camera}_v4l2_controls` : `it needs ${camera}_driver=v4l2`;
    warnings.push(`${camera}_${name} means nothing here: ${advice}`);
  }
  return warnings;
}

const V4L2_ONLY = ['v4l2_controls'] as const;
const RPICAM_ONLY = [
  'rotation',
  'hflip',
  'vflip',
  'mode',
  'roi',
  'exposure',
  'gain',
  'awb',
  'brightness',
  'contrast',
  'sharpness',
  'saturation',
  'denoise',
  'hdr',
  'tuning_file',
  'autofocus_window',
  'lens_position',
  'extra_args',
] as const;

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false;
}
