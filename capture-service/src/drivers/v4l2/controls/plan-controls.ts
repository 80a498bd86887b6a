// From what people want to what is set, in which order: pure. v4l2-ctl sets all of one run at once, and a value whose
// automatic is still on makes the whole run fail: automatics come first, in a run of their own.

import type { ControlSetting } from '@soft-stream/shared/config/drivers/v4l2-formats';
import type { DriverControl } from '../../driver.ts';
import { AUTOMATICS, driverNames } from './control-names.ts';

export interface ControlPlan {
  /** automatics; then the rest */
  readonly passes: readonly [readonly PlannedControl[], readonly PlannedControl[]];
  readonly refused: readonly RefusedControl[];
}

export interface PlannedControl {
  readonly name: string;
  readonly value: number;
}

export interface RefusedControl {
  /** as it was asked for */
  readonly name: string;
  readonly reason: string;
}

export function planControls(controls: readonly DriverControl[], wanted: readonly ControlSetting[]): ControlPlan {
  const byName = new Map(controls.map((control) => [control.name, control]));
  const refused: RefusedControl[] = [];
  const planned = new Map<string, number>();

  for (const { name, value } of wanted) {
    const control = driverNames(name)
      .map((each) => byName.get(each))
      .find((each) => each !== undefined);
    const result = control === undefined ? unknown(name, controls) : plan(control, value, byName);
    if (typeof result === 'string') refused.push({ name, reason: result });
    else planned.set(result.name, result.value);
  }

  const implied = [...planned].flatMap(([name]) => releases(name, byName, planned));
  const all = [...implied, ...[...planned].map(([name, value]) => ({ name, value }))];
  const isAutomatic = ({ name }: PlannedControl) => AUTOMATICS.some(({ names }) => names.includes(name));
  return { passes: [all.filter(isAutomatic), all.filter((each) => !isAutomatic(each))], refused };
}

/** `auto` for a value means its automatic. */
function plan(
  control: DriverControl,
  text: string,
  byName: ReadonlyMap<string, DriverControl>,
): PlannedControl | string {
  const automatic = AUTOMATICS.find(({ governs }) => governs.includes(control.name));
  if (text === 'auto' && automatic) {
    const name = automatic.names.find((each) => byName.has(each));
    return name === undefined ? 'this camera has no automatic mode for it' : { name, value: automatic.automatic };
  }
  if (control.isReadOnly) return 'this camera does not allow it to be set';
  const value = readValue(control, text);
  return typeof value === 'string' ? value : { name: control.name, value };
}

function readValue(control: DriverControl, text: string): number | string {
  const { min, max, menu } = control;
  const entry = menu.find(({ label }) => label.toLowerCase() === text.toLowerCase());
  if (entry) return entry.value;
  const value = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (menu.length > 0) {
    if (menu.some((each) => each.value === value)) return value;
    return `must be ${menu.map((each) => `${each.value} (${each.label})`).join(', ')}`;
  }
  const isInRange = value >= (min ?? value) && value <= (max ?? value);
  if (isInRange) return value;
  return min === undefined || max === undefined
    ? 'must be a whole number'
    : `must be a whole number from ${min} to ${max}`;
}

/** Who sets a value by hand wants its automatic off, unless they say something about it themselves. */
function releases(
  name: string,
  byName: ReadonlyMap<string, DriverControl>,
  planned: ReadonlyMap<string, number>,
): PlannedControl[] {
  const automatic = AUTOMATICS.find(({ governs }) => governs.includes(name));
  const control = automatic?.names.map((each) => byName.get(each)).find((each) => each !== undefined);
  if (automatic === undefined || control === undefined || planned.has(control.name)) return [];
  return control.value === automatic.manual ? [] : [{ name: control.name, value: automatic.manual }];
}

function unknown(name: string, controls: readonly DriverControl[]): string {
  const names = controls.map((control) => control.name);
  return names.length === 0 ? 'this camera has no controls' : `this camera has no ${name}; it has ${names.join(', ')}`;
}
