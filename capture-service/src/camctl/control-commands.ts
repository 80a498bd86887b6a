// get, set and reset: the controls of cameras.

import { askControl } from '@soft-stream/shared/api/control-messages';
import type { CameraControls } from '@soft-stream/shared/api/controls';
import { EXIT } from '@soft-stream/shared/runtime/errors';
import type { Command } from './arguments.ts';
import type { Control } from './connect-all.ts';
import { printControls, printEnvironment } from './print-controls.ts';
import { readWords } from './read-words.ts';
import type { Reply } from './run-command.ts';

export async function get(control: Control, { camera, json, env }: Command): Promise<Reply> {
  const result = await askControl(control, 'get', { camera });
  if (env) return done(result.cameras.map(printEnvironment).join(''));
  return done(json ? pretty(result) : `${result.cameras.map(printControls).join('\n\n')}\n`);
}

/** @throws {RpcError} naming the control, its value and what is allowed */
export async function set(control: Control, { camera, json, words }: Command): Promise<Reply> {
  const name = camera ?? '';
  const { cameras } = await askControl(control, 'get', { camera: name });
  const values = readWords(cameras[0]?.controls ?? [], words);
  return printed(await askControl(control, 'set', { camera: name, values }), Object.keys(values), json);
}

export async function reset(control: Control, { camera, json, words }: Command): Promise<Reply> {
  const name = camera ?? '';
  let result: CameraControls | undefined;
  for (const word of words.length === 0 ? [null] : words) {
    result = await askControl(control, 'reset', { camera: name, name: word });
  }
  return result === undefined ? done('') : printed(result, words, json);
}

/** Of the controls that were named; all where none was. */
function printed(result: CameraControls, names: readonly string[], json: boolean): Reply {
  if (json) return done(pretty(result));
  const controls = result.controls.filter(({ name }) => names.length === 0 || names.includes(name));
  return done(`${printControls({ ...result, controls })}\n`);
}

function done(output: string): Reply {
  return { exitCode: EXIT.ok, output };
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
