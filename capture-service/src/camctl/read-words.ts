// `NAME=VALUE` of a command line as values of controls. What cannot be read is sent as it is: capture says what is allowed.

import type { ControlStatus, ControlValue } from '@soft-stream/shared/api/controls';
import { parseControlValue } from '@soft-stream/shared/controls/control-values';

export function readWords(
  controls: readonly ControlStatus[],
  words: readonly string[],
): Readonly<Record<string, ControlValue>> {
  const values = words.map((word): [string, ControlValue] => {
    const at = word.indexOf('=');
    const [name, text] = [word.slice(0, at), word.slice(at + 1)];
    const control = controls.find((each) => each.name === name);
    return [name, (control && parseControlValue(control, text)) ?? text];
  });
  return Object.fromEntries(values);
}
