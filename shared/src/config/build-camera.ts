// From the values of one camera's settings to its CameraConfig, with what one setting means for another.

import { dirname, resolve } from 'node:path';
import type { CameraConfig } from './camera-config.ts';
import { buildDriverConfigs, hasFocusCycle, warnOfDriverSettings } from './drivers/driver-settings.ts';
import type { SettingValues } from './formats/setting.ts';
import type { CAMERA_SETTINGS } from './settings.ts';

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
  const baseDir = envFile === undefined ? cwd : dirname(envFile);
  return {
    camera: `cam${number}`,
    number,
    index: values.index ?? (values.id === undefined ? number : undefined),
    id: values.id,
    name: values.name,
    group: values.group,
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
    autofocus: hasFocusCycle(values),
    driver: values.driver,
    lingerMs: values.linger,
    watchdogTimeoutMs: values.watchdog_timeout ?? around.watchdogTimeoutMs,
    snapshotTimeoutMs: values.snapshot_timeout,
    fullIntervalMs: values.full_interval,
    idleSnapshot: values.idle_snapshot,
    slotBytes: values.slot_bytes,
    stillSlotBytes: values.still_slot_bytes,
    publicUrl: values.public_url,
    maxViewers: values.max_viewers,
    webControls: values.web_controls,
    video: {
      isOn: values.webrtc,
      kilobitsPerSecond: values.webrtc_bitrate,
      fps: Math.min(values.fps, values.webrtc_fps ?? values.fps),
      maxViewers: values.webrtc_max_viewers,
    },
    ...buildDriverConfigs(values, baseDir),
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
  return [...warnings, ...warnOfDriverSettings(values, camera)];
}
