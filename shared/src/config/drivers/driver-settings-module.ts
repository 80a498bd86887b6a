// What one driver brings to the configuration: its keys, its part of CameraConfig, and what its settings mean together.

import type { DriverKind } from '../../api/driver-kinds.ts';
import type { Settings, SettingValues } from '../formats/setting.ts';

/** What a driver may look at beside its own keys. */
export interface CommonValues {
  readonly driver: DriverKind;
  readonly id: string | undefined;
  readonly width: number;
  readonly height: number;
  /** 0 = as the stream */
  readonly snapshot_width: number;
  /** 0 = as the stream */
  readonly snapshot_height: number;
  readonly autofocus: boolean;
}

export interface SettingProblem {
  /** without `camN_` */
  readonly key: string;
  readonly value: string;
  /** completes `cam0_id=... : ` */
  readonly message: string;
}

export interface DriverSettingsModule<Keys extends Settings, Config> {
  /** settings that mean something to this driver alone, without `camN_`; every camera has them all */
  readonly keys: Keys;
  /** false: autofocus is no cycle that frames wait for, because the driver does not hear of the lens */
  readonly reportsFocus: boolean;
  /** Its object in CameraConfig. @param baseDir what relative paths are relative to */
  build(values: CommonValues & SettingValues<Keys>, baseDir: string): Config;
  /** What makes a camera of this driver impossible, beyond each key's format. @param camera `cam0` */
  check?(values: CommonValues & SettingValues<Keys>, camera: string): SettingProblem[];
  /** Allowed, and probably not meant. @param camera `cam0` */
  warn?(values: CommonValues & SettingValues<Keys>, camera: string): string[];
  /** Whether two ids name one camera. Absent: any number of cameras may share a source. */
  isSameId?(a: string, b: string): boolean;
  /** Where to look instead, for whoever gave a camera of this driver a key of another one. @param camera `cam0` */
  adviceOnForeignKeys?(camera: string): string;
}

/** Infers the types of a module from its keys. */
export function driverSettings<const Keys extends Settings, Config>(
  module: DriverSettingsModule<Keys, Config>,
): DriverSettingsModule<Keys, Config> {
  return module;
}
