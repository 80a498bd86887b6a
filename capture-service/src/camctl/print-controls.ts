// Controls for people, and as lines for the environment file. Pure.

import type { CameraControls, ControlStatus } from '@soft-stream/shared/api/controls';
import { CAMERA_CONTROLS } from '@soft-stream/shared/controls/camera-controls';
import { allowedValues, controlText } from '@soft-stream/shared/controls/control-values';
import { align } from './print-status.ts';

export function printControls({ camera, controls }: CameraControls): string {
  if (controls.length === 0) return `${camera}: nothing can be set while it runs`;
  const rows = controls.map((each) => [
    camera,
    `${each.name}=${controlText(each.value)}`,
    each.changedAtMs === null ? each.from : `${each.from}, ${new Date(each.changedAtMs).toISOString()}`,
    allowedValues(each),
  ]);
  return align(rows).join('\n');
}

/** What was set at run time; empty when nothing was. */
export function printEnvironment({ camera, controls }: CameraControls): string {
  const set = controls.filter(({ from, changedAtMs }) => from !== 'default' && from !== 'file' && changedAtMs !== null);
  return set.map((each) => `${camera}_${keyOf(each)}=${controlText(each.value)}\n`).join('');
}

function keyOf({ name }: ControlStatus): string {
  return Object.entries(CAMERA_CONTROLS).find(([each]) => each === name)?.[1].key ?? name;
}
