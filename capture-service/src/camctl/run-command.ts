// One command from its request to what is printed, over an open connection.

import { writeFile } from 'node:fs/promises';
import type { CameraOutcome, DoctorLine } from '@soft-stream/shared/api/control-api';
import { askControl } from '@soft-stream/shared/api/control-messages';
import { versionDifference } from '@soft-stream/shared/api/versions';
import { EXIT } from '@soft-stream/shared/runtime/errors';
import type { Command } from './arguments.ts';
import type { Control } from './connect-all.ts';
import { get, reset, set } from './control-commands.ts';
import { printCameras, printDoctor, printOutcomes } from './print-lists.ts';
import { printStatus } from './print-status.ts';
import { readPicture } from './read-picture.ts';

export interface Reply {
  readonly exitCode: 0 | 1;
  /** for stdout */
  readonly output: string | Uint8Array;
}

/** Focus cycles, stills and listings wait for cameras; a silent service is noticed sooner. */
const CAMERA_TIMEOUT_MS = 60_000;

/** @throws {RpcError} refused; {RpcConnectionError} capture went away or does not answer */
export async function runCommand(control: Control, command: Exclude<Command, { verb: 'events' }>): Promise<Reply> {
  const { verb, camera, json } = command;
  const patient = { timeoutMs: CAMERA_TIMEOUT_MS };
  switch (verb) {
    case 'status': {
      const result = await askControl(control, 'status', { camera });
      return done(json ? pretty(result) : printStatus(result.cameras, Date.now()));
    }
    case 'cameras': {
      const { version, cameras } = await askControl(control, 'cameras', undefined, patient);
      const chosen = cameras.filter((each) => camera === null || each.camera === camera);
      return done(json ? pretty({ version, cameras: chosen }) : printCameras(chosen));
    }
    case 'rescan': {
      const outcomes = await askControl(control, 'rescan', undefined, patient);
      return replyOutcomes(
        outcomes.filter((each) => camera === null || each.camera === camera),
        json,
      );
    }
    case 'start':
    case 'stop':
    case 'auto':
    case 'autofocus':
    case 'restart':
      return replyOutcomes(await askControl(control, verb, { camera }, patient), json);
    case 'get':
      return get(control, command);
    case 'set':
      return set(control, command);
    case 'reset':
      return reset(control, command);
    case 'snapshot':
      return snapshot(control, command);
    case 'doctor': {
      const { version, lines: found, serviceVersion } = await askControl(control, 'doctor', undefined, patient);
      const lines = [...found, ...versionLine(serviceVersion)];
      const exitCode = lines.some((line) => line.level === 'fail') ? EXIT.failed : EXIT.ok;
      return { exitCode, output: line(json ? pretty({ version, lines }) : printDoctor(lines)) };
    }
    case 'events':
      throw new TypeError('events is followed, not answered');
  }
}

/** What capture-service found says nothing of this program, which may come from another version. */
function versionLine(serviceVersion: string | null): DoctorLine[] {
  const difference = versionDifference('camctl', 'capture-service', serviceVersion);
  return difference === null ? [] : [{ level: 'warn', what: difference, advice: 'run the camctl of its version' }];
}

async function snapshot(control: Control, { camera, output = '-', full, json }: Command): Promise<Reply> {
  const params = { camera: camera ?? '', full };
  const result = await askControl(control, 'snapshot', params, { timeoutMs: CAMERA_TIMEOUT_MS });
  const jpeg = await readPicture(result);
  if (output === '-') return { exitCode: EXIT.ok, output: jpeg };
  await writeFile(output, jpeg);
  const { width, height, source } = result;
  return done(
    json
      ? pretty({ ...result, file: output })
      : `${output}: ${width}x${height}, ${jpeg.byteLength} bytes, from the ${source}`,
  );
}

function replyOutcomes(outcomes: readonly CameraOutcome[], json: boolean): Reply {
  const exitCode = outcomes.length > 0 && outcomes.every((each) => each.ok) ? EXIT.ok : EXIT.failed;
  return { exitCode, output: line(json ? pretty(outcomes) : printOutcomes(outcomes)) };
}

function done(text: string): Reply {
  return { exitCode: EXIT.ok, output: line(text) };
}

function line(text: string): string {
  return `${text}\n`;
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
