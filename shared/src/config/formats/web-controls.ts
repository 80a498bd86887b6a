// camN_web_controls: which controls the web side may set.

import { CONTROL_NAMES, type ControlName } from '../../api/controls.ts';
import type { Format } from './formats.ts';

export const webControls: Format<readonly ControlName[]> = {
  allowed: `all, none, or names separated by commas: ${CONTROL_NAMES.join(', ')}`,
  read(text) {
    if (text === 'all') return CONTROL_NAMES;
    if (text === 'none') return [];
    const names = text.split(',').map((name) => CONTROL_NAMES.find((each) => each === name.trim()));
    return names.every((name) => name !== undefined) ? names : undefined;
  },
};
