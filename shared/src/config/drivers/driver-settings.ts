// The settings of every driver, listed once: a new driver adds its line here, and nothing else of the configuration
// needs to know it. Each camera has the keys of all drivers; those of another driver than its own are warned about.

import type { Size } from '../../api/camera-status.ts';
import { DRIVER_KINDS, type DriverKind } from '../../api/driver-kinds.ts';
import type { Settings, SettingValues } from '../formats/setting.ts';
import type { CommonValues, DriverSettingsModule, SettingProblem, SettingsInForce } from './driver-settings-module.ts';
import { httpSettings } from './http-settings.ts';
import { recordedSettings } from './recorded-settings.ts';
import { rpicamSettings } from './rpicam-settings.ts';
import { v4l2Settings } from './v4l2-settings.ts';

const DRIVER_SETTINGS = {
  rpicam: rpicamSettings,
  v4l2: v4l2Settings,
  recorded: recordedSettings,
  http: httpSettings,
} satisfies Record<DriverKind, DriverSettingsModule<Settings, unknown>>;

type Modules = typeof DRIVER_SETTINGS;
type AllOf<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** One object per driver in CameraConfig: `config.rpicam`, `config.v4l2`, ... */
export type DriverConfigs = { readonly [K in DriverKind]: ReturnType<Modules[K]['build']> };

export type DriverKeys = AllOf<Modules[DriverKind]['keys']>;

export type DriverValues = CommonValues & SettingValues<DriverKeys>;

/** The keys of all drivers in one table, without `camN_`. No two drivers have the same one (a test compares). */
// What Object.assign merges at run time, the type merges as well.
export const DRIVER_KEYS = Object.assign({}, ...DRIVER_KINDS.map((kind) => moduleOf(kind).keys)) as DriverKeys;

/** Each module takes its own keys out of the values of all. */
type AnyModule = Omit<DriverSettingsModule<DriverKeys, unknown>, 'keys'> & { readonly keys: Settings };

function moduleOf(kind: DriverKind): AnyModule {
  return DRIVER_SETTINGS[kind];
}

/** @param baseDir what relative paths are relative to */
export function buildDriverConfigs(values: DriverValues, baseDir: string): DriverConfigs {
  const configs = DRIVER_KINDS.map((kind) => [kind, moduleOf(kind).build(values, baseDir)]);
  // One entry per kind, each built by the module that the type names.
  return Object.fromEntries(configs) as DriverConfigs;
}

/** Whether autofocus of this camera is a cycle that its frames wait for. */
export function hasFocusCycle(values: DriverValues): boolean {
  return values.autofocus && moduleOf(values.driver).reportsFocus;
}

/** @param camera what every camera has, and the object of its own driver */
export function settingsInForce(
  camera: DriverConfigs & {
    readonly driver: DriverKind;
    readonly autofocus: boolean;
    readonly snapshot: Size & { readonly quality: number };
  },
): SettingsInForce {
  const { driver, autofocus, snapshot } = camera;
  return {
    usesQuality: true,
    stillSize: snapshot,
    stillQuality: snapshot.quality,
    focusesByItself: autofocus,
    ...moduleOf(driver).describe?.(camera[driver]),
  };
}

/** Whether ids of its cameras are paths of this machine. */
export function isIdPath(kind: DriverKind): boolean {
  return moduleOf(kind).idIsPath === true;
}

/** Whether its cameras are behind a network. */
export function needsNetwork(kind: DriverKind): boolean {
  return moduleOf(kind).needsNetwork === true;
}

/** @param camera `cam0` */
export function checkDriverSettings(values: DriverValues, camera: string): SettingProblem[] {
  return moduleOf(values.driver).check?.(values, camera) ?? [];
}

/** Whether two ids mean one camera of this driver; undefined: any number of cameras may share a source. */
export function sameIdRule(kind: DriverKind): ((a: string, b: string) => boolean) | undefined {
  return moduleOf(kind).isSameId;
}

/** What is allowed and probably not meant. @param camera `cam0` */
export function warnOfDriverSettings(values: DriverValues, camera: string): string[] {
  const own = moduleOf(values.driver);
  const foreign = DRIVER_KINDS.filter((kind) => kind !== values.driver).flatMap((kind) =>
    changedKeys(moduleOf(kind).keys, values).map((key) => {
      const advice = own.adviceOnForeignKeys?.(camera);
      const reason = `it is for ${camera}_driver=${kind}${advice === undefined ? '' : `; ${advice}`}`;
      return `${camera}_${key} has no effect with ${camera}_driver=${values.driver}: ${reason}`;
    }),
  );
  return [...(own.warn?.(values, camera) ?? []), ...foreign];
}

/** Keys that were set to something else than their default. */
function changedKeys(keys: Settings, values: DriverValues): string[] {
  const given = new Map<string, unknown>(Object.entries(values));
  return Object.entries(keys)
    .filter(([key, { format, defaultText }]) => {
      const usual = defaultText === undefined ? undefined : format.read(defaultText);
      return JSON.stringify(given.get(key)) !== JSON.stringify(usual);
    })
    .map(([key]) => key);
}
