// Every message of operator/control.sock, read once where it comes in: params by capture-service, answers and events by camctl.

import { flag, nullable, readNoParams, readParams } from '../rpc/params.ts';
import { type Ask, askWith, type ParamReaders } from '../rpc/typed-methods.ts';
import { readStillResult } from './broker-messages.ts';
import { cameraName } from './camera-name.ts';
import type { CameraTraceEntry } from './camera-status.ts';
import type {
  CameraOutcome,
  ControlEvent,
  ControlMethods,
  DoctorLine,
  SeenCamera,
  TracedStatus,
} from './control-api.ts';
import { readResetControls, readSetControls } from './control-params.ts';
import { readCameraControls } from './controls.ts';
import { DRIVER_KINDS } from './driver-kinds.ts';
import { readCameraStatus } from './read-camera-status.ts';
import { fields, list, numberOr, requiredText, textOr } from './read-fields.ts';
import { readHello } from './versions.ts';

const readSelection = (params: unknown) => readParams(params, { camera: nullable(cameraName) });

export const CONTROL_PARAMS: ParamReaders<ControlMethods> = {
  status: readSelection,
  cameras: readNoParams,
  start: readSelection,
  stop: readSelection,
  auto: readSelection,
  autofocus: readSelection,
  restart: readSelection,
  rescan: readNoParams,
  snapshot: (params) => readParams(params, { camera: cameraName, full: flag }),
  get: readSelection,
  set: readSetControls,
  reset: readResetControls,
  subscribe: readNoParams,
  doctor: readNoParams,
};

const readOutcomes = (answer: unknown): readonly CameraOutcome[] => list(answer).map(readOutcome);

export const askControl: Ask<ControlMethods> = askWith<ControlMethods>({
  status: (answer) => ({ version: 1, cameras: list(fields(answer)['cameras']).map(readTracedStatus) }),
  cameras: (answer) => ({ version: 1, cameras: list(fields(answer)['cameras']).map(readSeenCamera) }),
  start: readOutcomes,
  stop: readOutcomes,
  auto: readOutcomes,
  autofocus: readOutcomes,
  restart: readOutcomes,
  rescan: readOutcomes,
  snapshot: (answer) => ({
    ...readStillResult(answer),
    objectName: requiredText(fields(answer)['objectName'], 'objectName in the answer to snapshot'),
  }),
  get: (answer) => ({ version: 1, cameras: list(fields(answer)['cameras']).map(readCameraControls) }),
  set: readCameraControls,
  reset: readCameraControls,
  subscribe: () => null,
  doctor: (answer) => ({
    version: 1,
    lines: list(fields(answer)['lines']).map(readDoctorLine),
    serviceVersion: readHello({ version: fields(answer)['serviceVersion'] }),
  }),
});

/** An event of a kind that this version does not know keeps its own word. @throws {UnreadableMessage} */
export function readControlEvent(params: unknown): ControlEvent {
  const from = fields(params);
  return {
    timeMs: numberOr(from['timeMs'], 0),
    camera: requiredText(from['camera'], 'camera in an event'),
    event: textOr(from['event'], 'unknown'),
    status: readCameraStatus(from['status']),
    message: textOr(from['message'], ''),
  };
}

function readTracedStatus(value: unknown): TracedStatus {
  return { ...readCameraStatus(value), trace: list(fields(value)['trace']).map(readTraceEntry) };
}

function readTraceEntry(value: unknown): CameraTraceEntry {
  const from = fields(value);
  return {
    timeMs: numberOr(from['timeMs'], 0),
    event: textOr(from['event'], ''),
    state: textOr(from['state'], ''),
    actions: list(from['actions']).filter((action) => typeof action === 'string'),
  };
}

function readOutcome(value: unknown): CameraOutcome {
  const from = fields(value);
  return { camera: textOr(from['camera'], '?'), ok: from['ok'] === true, message: textOr(from['message'], '') };
}

function readSeenCamera(value: unknown): SeenCamera {
  const from = fields(value);
  const driver = DRIVER_KINDS.find((kind) => kind === from['driver']);
  return {
    index: numberOr(from['index'], -1),
    id: textOr(from['id'], ''),
    model: textOr(from['model'], ''),
    width: numberOr(from['width'], null),
    height: numberOr(from['height'], null),
    modes: list(from['modes']).filter((mode) => typeof mode === 'string'),
    camera: textOr(from['camera'], null),
    idLine: textOr(from['idLine'], ''),
    ...(driver === undefined ? {} : { driver }),
  };
}

/** A level that this version does not know is worth looking at. */
function readDoctorLine(value: unknown): DoctorLine {
  const from = fields(value);
  const advice = textOr(from['advice'], undefined);
  const level = from['level'] === 'ok' || from['level'] === 'fail' ? from['level'] : 'warn';
  return { level, what: textOr(from['what'], ''), ...(advice === undefined ? {} : { advice }) };
}
