// What a control may be set to: one rule for what comes from the page, from camctl and from the disk.

import type { ControlFacts, ControlValue } from '../api/controls.ts';
import { region } from '../config/drivers/rpicam-formats.ts';

/** For people: what the value has to be. */
export function allowedValues({ kind, min, max, choices }: ControlFacts): string {
  switch (kind) {
    case 'number':
      return `a number from ${min} to ${max}`;
    case 'switch':
      return 'true or false';
    case 'choice':
      return (choices ?? []).join(', ');
    case 'rectangle':
      return region.allowed;
    case 'numbers':
      return `two numbers from ${min} to ${max} such as 1.8,1.6, or nothing for automatic`;
  }
}

/** @returns the value as it is kept; undefined when it is not allowed */
export function checkControlValue(control: ControlFacts, value: unknown): ControlValue | undefined {
  const { kind, min = 0, max = 0, step = 0, choices = [] } = control;
  switch (kind) {
    case 'number': {
      if (typeof value !== 'number' || !(value >= min && value <= max)) return undefined;
      return step === 1 && !Number.isInteger(value) ? undefined : value;
    }
    case 'switch':
      return typeof value === 'boolean' ? value : undefined;
    case 'choice':
      return choices.find((each) => each === String(value));
    case 'rectangle':
      return typeof value === 'string' && value.length <= LONGEST_TEXT ? region.read(value) : undefined;
    case 'numbers':
      return typeof value === 'string' && value.length <= LONGEST_TEXT ? readNumbers(value, min, max) : undefined;
  }
}

/** As written on a command line: `true`, `0.5`, `macro`. @returns undefined when it is not allowed */
export function parseControlValue(control: ControlFacts, text: string): ControlValue | undefined {
  if (control.kind === 'number')
    return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? checkControlValue(control, Number(text)) : undefined;
  if (control.kind !== 'switch') return checkControlValue(control, text);
  if (text === '1' || text === 'true' || text === 'on') return true;
  return text === '0' || text === 'false' || text === 'off' ? false : undefined;
}

/** As it is written in the environment file. */
export function controlText(value: ControlValue): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}

/** Four fractions with many digits. */
const LONGEST_TEXT = 80;

function readNumbers(text: string, min: number, max: number): string | undefined {
  if (text === '') return text;
  const parts = text.split(',');
  const isAllowed = (part: string) => /^\d+(\.\d+)?$/.test(part) && Number(part) >= min && Number(part) <= max;
  return parts.length === 2 && parts.every(isAllowed) ? text : undefined;
}
