// What is asked of controls, read where it comes in: names and values bounded here, judged against the table later.

import { invalidParams, nullable, type ParamCheck, readParams } from '../rpc/params.ts';
import { cameraName } from './camera-name.ts';
import {
  CONTROL_NAMES,
  type ControlValue,
  isControlValue,
  type ResetControlsParams,
  type SetControlsParams,
} from './controls.ts';

const LONGEST_NAME = 64;
const LONGEST_TEXT = 200;

export function readSetControls(params: unknown): SetControlsParams {
  return readParams(params, { camera: cameraName, values: controlValues });
}

export function readResetControls(params: unknown): ResetControlsParams {
  return readParams(params, { camera: cameraName, name: nullable(controlName) });
}

const controlName: ParamCheck<string> = (value, name) => {
  if (typeof value !== 'string' || value.length > LONGEST_NAME) throw invalidParams(`${name} must be a control's name`);
  return value;
};

const controlValues: ParamCheck<Readonly<Record<string, ControlValue>>> = (value, name) => {
  const problem = `${name} must be an object with one to ${CONTROL_NAMES.length} numbers, texts, or true and false`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidParams(problem);
  const entries = Object.entries(value);
  if (entries.length === 0 || entries.length > CONTROL_NAMES.length) throw invalidParams(problem);
  const read = entries.map(([key, each]): [string, ControlValue] => {
    if (!isControlValue(each) || String(each).length > LONGEST_TEXT) throw invalidParams(problem);
    return [controlName(key, name), each];
  });
  return Object.fromEntries(read);
};
