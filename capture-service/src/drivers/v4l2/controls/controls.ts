// The controls of one USB camera: listed, and set while it streams or before. A second program may set them at any
// time; nobody has to let go of the camera.

import type { ControlSetting } from '@soft-stream/shared/config/drivers/v4l2-formats';
import type { DriverControl } from '../../driver.ts';
import { runV4l2Ctl, type ToolHost } from '../process/run-tool.ts';
import { parseControls } from './parse-controls.ts';
import { type PlannedControl, planControls, type RefusedControl } from './plan-controls.ts';

export interface ControlsOutcome {
  /** under the driver's own names */
  readonly set: readonly PlannedControl[];
  readonly refused: readonly RefusedControl[];
}

export async function listControls(
  host: ToolHost,
  node: string,
  signal?: AbortSignal,
): Promise<readonly DriverControl[]> {
  const { stdout } = await runV4l2Ctl(host, ['-d', node, '--list-ctrls-menus'], signal);
  return parseControls(stdout);
}

/** Sets what can be set, and says what not and why. @throws `signal.reason` when aborted */
export async function setControls(
  host: ToolHost,
  node: string,
  wanted: readonly ControlSetting[],
  signal?: AbortSignal,
): Promise<ControlsOutcome> {
  const { passes, refused } = planControls(await listControls(host, node, signal), wanted);
  const set: PlannedControl[] = [];
  const failed: RefusedControl[] = [];
  const tryAll = async (controls: readonly PlannedControl[]): Promise<void> => {
    const [first] = controls;
    if (first === undefined) return;
    const words = controls.map(({ name, value }) => `${name}=${value}`).join(',');
    const { exitCode, stdout, stderr } = await runV4l2Ctl(host, ['-d', node, `--set-ctrl=${words}`], signal);
    const text = `${stdout}\n${stderr}`;
    const isSet = exitCode === 0 && !/Error setting controls|unknown control|failed:/.test(text);
    if (isSet) set.push(...controls);
    else if (controls.length === 1) failed.push({ name: first.name, reason: explain(text) });
    // One that cannot be set makes all of its run fail.
    else for (const control of controls) await tryAll([control]);
  };
  for (const pass of passes) await tryAll(pass);
  return { set, refused: [...refused, ...failed] };
}

function explain(text: string): string {
  if (/Permission denied/.test(text))
    return 'the camera sets it automatically at the moment: switch its automatic mode off first';
  const line = text
    .split('\n')
    .map((each) => each.trim())
    .find((each) => each !== '');
  return line ?? 'the camera rejected it';
}
