// What was set at run time lies over the environment file: pure. A value that equals the file's is no override.

import type {
  ControlChange,
  ControlName,
  ControlSetter,
  ControlState,
  ControlStatus,
  ControlValue,
} from '@soft-stream/shared/api/controls';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { CAMERA_CONTROLS, controlNames, controlOf } from '@soft-stream/shared/controls/camera-controls';
import { checkControlValue } from '@soft-stream/shared/controls/control-values';

export interface Override {
  readonly value: ControlValue;
  readonly by: ControlSetter;
  /** wall clock ms since 1970 */
  readonly atMs: number;
}

export type Overrides = Readonly<Partial<Record<ControlName, Override>>>;

/** In the order of the table, so that of two sides of one setting the narrower one comes last. */
export function applyOverrides(base: CameraConfig, overrides: Overrides): CameraConfig {
  return controlNames(base.driver).reduce((config, name) => {
    const override = overrides[name];
    return override === undefined ? config : CAMERA_CONTROLS[name].set(config, override.value);
  }, base);
}

/** @param values checked. What they replace ends: a time of exposure ends its mode, a lens position autofocus. */
export function withValues(
  base: CameraConfig,
  overrides: Overrides,
  values: ReadonlyMap<ControlName, ControlValue>,
  { by, atMs }: Pick<Override, 'by' | 'atMs'>,
): Overrides {
  const before = applyOverrides(base, overrides);
  const next: Partial<Record<ControlName, Override>> = { ...overrides };
  for (const [name, value] of values) {
    const { get, replaces = [] } = CAMERA_CONTROLS[name];
    for (const other of replaces) if (!values.has(other)) delete next[other];
    if (get(before) !== value || overrides[name] === undefined) next[name] = { value, by, atMs };
  }
  for (const name of values.keys()) if (isIdle(base, next, name)) delete next[name];
  return next;
}

/** @param names undefined: all */
export function withoutValues(overrides: Overrides, names: readonly ControlName[]): Overrides {
  return Object.fromEntries(Object.entries(overrides).filter(([name]) => !names.some((each) => each === name)));
}

export function changesBetween(before: CameraConfig, after: CameraConfig, by: ControlSetter): readonly ControlChange[] {
  return controlNames(before.driver).flatMap((name) => {
    const { get } = CAMERA_CONTROLS[name];
    const [from, to] = [get(before), get(after)];
    return from === to ? [] : [{ name, from, to, by }];
  });
}

export function statusOfControls(base: CameraConfig, overrides: Overrides): readonly ControlStatus[] {
  const config = applyOverrides(base, overrides);
  return controlNames(base.driver).map((name) => {
    const { get, set: _set, drivers: _drivers, key: _key, replaces: _replaces, ...facts } = CAMERA_CONTROLS[name];
    const inFile = get(base);
    return {
      name,
      ...facts,
      fileValue: inFile === facts.default ? null : inFile,
      ...stateOf(config, base, overrides, name),
      writable: base.webControls.includes(name),
    };
  });
}

export function statesOfControls(base: CameraConfig, overrides: Overrides): Readonly<Record<string, ControlState>> {
  const config = applyOverrides(base, overrides);
  return Object.fromEntries(controlNames(base.driver).map((name) => [name, stateOf(config, base, overrides, name)]));
}

/** From disk: what this version cannot use is left out. */
export function readOverrides(
  base: CameraConfig,
  stored: unknown,
): { readonly overrides: Overrides; readonly unusable: readonly string[] } {
  const overrides: Partial<Record<ControlName, Override>> = {};
  const unusable: string[] = [];
  const entries = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
  for (const [name, each] of entries) {
    const control = controlOf(base.driver, name);
    const override = control && readOverride(each, (value) => checkControlValue(control, value));
    if (override === undefined) unusable.push(name);
    else overrides[name as ControlName] = override;
  }
  return { overrides, unusable };
}

function readOverride(from: unknown, check: (value: unknown) => ControlValue | undefined): Override | undefined {
  if (typeof from !== 'object' || from === null || !('value' in from) || !('by' in from) || !('atMs' in from))
    return undefined;
  const { by, atMs } = from;
  const value = check(from.value);
  if (value === undefined || (by !== 'page' && by !== 'operator') || typeof atMs !== 'number') return undefined;
  return { value, by, atMs };
}

function stateOf(config: CameraConfig, base: CameraConfig, overrides: Overrides, name: ControlName): ControlState {
  const { get, default: usual } = CAMERA_CONTROLS[name];
  const value = get(config);
  const override = overrides[name];
  if (override !== undefined) return { value, from: override.by, changedAtMs: override.atMs };
  const inFile = get(base);
  return { value, from: inFile === value && inFile !== usual ? 'file' : 'default', changedAtMs: null };
}

/** Without it the camera would be set the same. */
function isIdle(base: CameraConfig, overrides: Overrides, name: ControlName): boolean {
  const { get } = CAMERA_CONTROLS[name];
  const without = applyOverrides(base, withoutValues(overrides, [name]));
  const config = applyOverrides(base, overrides);
  return changesBetween(without, config, 'operator').length === 0 && get(without) === get(config);
}
