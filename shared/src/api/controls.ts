// What people set of a camera while it runs: the words of /controls, of camctl get and set, and of both sockets.

import { fields, list, numberOr, requiredText, textOr, wordOr } from './read-fields.ts';

/** Every control there is, in the order in which they are shown. */
export const CONTROL_NAMES = [
  'autofocus',
  'autofocus_range',
  'autofocus_speed',
  'autofocus_window',
  'lens_position',
  'exposure',
  'exposure_time',
  'gain',
  'hdr',
  'awb',
  'awb_gains',
  'brightness',
  'contrast',
  'saturation',
  'sharpness',
  'denoise',
  'rotation',
  'hflip',
  'vflip',
  'region',
  'fps',
  'quality',
] as const;
export type ControlName = (typeof CONTROL_NAMES)[number];

export const CONTROL_KINDS = ['number', 'switch', 'choice', 'rectangle', 'numbers'] as const;
export type ControlKind = (typeof CONTROL_KINDS)[number];
export const CONTROL_GROUPS = ['focus', 'exposure', 'colour', 'geometry', 'stream'] as const;
export type ControlGroup = (typeof CONTROL_GROUPS)[number];
/** `default`, `file`: what holds without anybody; `page`, `operator`: who set it while the camera ran. */
export const CONTROL_SOURCES = ['default', 'file', 'page', 'operator'] as const;
export type ControlSource = (typeof CONTROL_SOURCES)[number];
export type ControlSetter = 'page' | 'operator';
/** `rectangle`: `x,y,width,height` as fractions; `numbers`: separated by commas, '' = automatic */
export type ControlValue = number | string | boolean;

/** What a control is, whatever it is set to. */
export interface ControlFacts {
  readonly kind: ControlKind;
  /** for people */
  readonly label: string;
  readonly group: ControlGroup;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly choices?: readonly string[];
  readonly default: ControlValue;
  readonly applies: 'live' | 'restart';
}

export interface ControlState {
  readonly value: ControlValue;
  readonly from: ControlSource;
  /** wall clock ms since 1970; null for what the file or nobody says */
  readonly changedAtMs: number | null;
}

export interface ControlStatus extends ControlFacts, ControlState {
  readonly name: string;
  /** null: the environment file leaves it at its default */
  readonly fileValue: ControlValue | null;
  /** the web side may set it */
  readonly writable: boolean;
}

export interface CameraControls {
  readonly version: 1;
  readonly camera: string;
  readonly controls: readonly ControlStatus[];
}

export interface ControlChange {
  readonly name: string;
  readonly from: ControlValue;
  readonly to: ControlValue;
  readonly by: ControlSetter;
}

export interface ControlChanges {
  readonly camera: string;
  readonly changes: readonly ControlChange[];
}

export interface SetControlsParams {
  readonly camera: string;
  readonly values: Readonly<Record<string, ControlValue>>;
}

export interface ResetControlsParams {
  readonly camera: string;
  /** null = all that the asking side may set */
  readonly name: string | null;
}

/** @throws {UnreadableMessage} */
export function readCameraControls(value: unknown): CameraControls {
  const from = fields(value);
  const camera = requiredText(from['camera'], 'camera in an answer about controls');
  return { version: 1, camera, controls: list(from['controls']).map(readControlStatus) };
}

/** @throws {UnreadableMessage} */
export function readControlChanges(value: unknown): ControlChanges {
  const from = fields(value);
  const changes = list(from['changes']).map((each): ControlChange => {
    const { name, by, ...values } = fields(each);
    return {
      name: requiredText(name, 'name in a change of controls'),
      from: valueOr(values['from'], ''),
      to: valueOr(values['to'], ''),
      by: by === 'page' ? 'page' : 'operator',
    };
  });
  return { camera: requiredText(from['camera'], 'camera in a change of controls'), changes };
}

/** Controls of a status, by name; what cannot be understood is left out. */
export function readControlStates(value: unknown): Readonly<Record<string, ControlState>> {
  const entries = Object.entries(fields(value)).filter(([, each]) => isControlValue(fields(each)['value']));
  return Object.fromEntries(entries.map(([name, each]) => [name, readState(each)]));
}

export function isControlValue(value: unknown): value is ControlValue {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}

function readControlStatus(value: unknown): ControlStatus {
  const from = fields(value);
  const fileValue = from['fileValue'];
  const optional = Object.entries({
    unit: textOr(from['unit'], undefined),
    min: numberOr(from['min'], undefined),
    max: numberOr(from['max'], undefined),
    step: numberOr(from['step'], undefined),
    choices: Array.isArray(from['choices']) ? from['choices'].filter((each) => typeof each === 'string') : undefined,
  }).filter(([, each]) => each !== undefined);
  return {
    name: requiredText(from['name'], 'name in a control'),
    kind: wordOr(CONTROL_KINDS, from['kind'], 'numbers'),
    label: textOr(from['label'], ''),
    group: wordOr(CONTROL_GROUPS, from['group'], 'stream'),
    ...Object.fromEntries(optional),
    default: valueOr(from['default'], ''),
    fileValue: isControlValue(fileValue) ? fileValue : null,
    ...readState(from),
    applies: from['applies'] === 'live' ? 'live' : 'restart',
    writable: from['writable'] === true,
  };
}

function readState(value: unknown): ControlState {
  const from = fields(value);
  return {
    value: valueOr(from['value'], ''),
    from: wordOr(CONTROL_SOURCES, from['from'], 'default'),
    changedAtMs: numberOr(from['changedAtMs'], null),
  };
}

function valueOr(value: unknown, fallback: ControlValue): ControlValue {
  return isControlValue(value) ? value : fallback;
}
