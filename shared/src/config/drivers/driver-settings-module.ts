// What one driver brings to the configuration: its keys, its part of CameraConfig, and what its settings mean together.

import type { Size } from '../../api/camera-status.ts';
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

/** What the page says of the settings in force where drivers differ. */
export interface SettingsInForce {
  /** false: the camera makes its JPEGs by itself, and camN_quality changes nothing */
  readonly usesQuality: boolean;
  /** undefined: the largest size that the camera has */
  readonly stillSize: Size | undefined;
  /** undefined: as the camera makes it */
  readonly stillQuality: number | undefined;
  /** the lens is driven automatically, by this program or by the camera itself */
  readonly focusesByItself: boolean;
}

export interface DriverSettingsModule<Keys extends Settings, Config> {
  /** settings that mean something to this driver alone, without `camN_`; every camera has them all */
  readonly keys: Keys;
  /** false: autofocus is no cycle that frames wait for, because the driver does not hear of the lens */
  readonly reportsFocus: boolean;
  /** Its object in CameraConfig. @param baseDir what relative paths are relative to */
  build(values: CommonValues & SettingValues<Keys>, baseDir: string): Config;
  /** What differs from what every camera has: its quality, its snapshot size, its autofocus. */
  describe?(config: Config): Partial<SettingsInForce>;
  /** the id of a camera is a path of this machine, which visitors are not shown */
  readonly idIsPath?: boolean;
  /** its cameras belong to the instance of capture-service that has a network, and no devices */
  readonly needsNetwork?: boolean;
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
