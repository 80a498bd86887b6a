// Every message of broker.sock, read once where it comes in: params by capture-service, answers and notifications by
// http-service. Each reader knows that the other side may be a version older or newer.

import { flag, integer, number, readNoParams, readParams } from '../rpc/params.ts';
import { type Ask, askWith, type ParamReaders } from '../rpc/typed-methods.ts';
import type { BrokerMethods, CameraDescription, FrameNotification, StillResult } from './broker-api.ts';
import { cameraName } from './camera-name.ts';
import type { CameraStatus } from './camera-status.ts';
import { readResetControls, readSetControls } from './control-params.ts';
import { readCameraControls } from './controls.ts';
import { readCameraStatus } from './read-camera-status.ts';
import {
  fields,
  isDecimal64,
  list,
  numberOr,
  requiredDecimal,
  requiredNumber,
  requiredText,
  textOr,
} from './read-fields.ts';

/** viewers behind one lease */
const MAX_VIEWERS = 100_000;

const readCamera = (params: unknown) => readParams(params, { camera: cameraName });

export const BROKER_PARAMS: ParamReaders<BrokerMethods> = {
  cameras: readNoParams,
  status: readNoParams,
  'lease.open': (params) => readParams(params, { camera: cameraName, viewers: integer(0, MAX_VIEWERS) }),
  'lease.close': readCamera,
  still: (params) =>
    readParams(params, { camera: cameraName, full: flag, notBeforeMs: number(0, Number.MAX_SAFE_INTEGER) }),
  autofocus: readCamera,
  controls: readCamera,
  'controls.set': readSetControls,
  'controls.reset': readResetControls,
};

export const askBroker: Ask<BrokerMethods> = askWith<BrokerMethods>({
  cameras: (answer) => ({ version: 1, cameras: list(fields(answer)['cameras']).map(readDescription) }),
  status: readStatusList,
  'lease.open': readCameraStatus,
  'lease.close': readCameraStatus,
  still: readStillResult,
  autofocus: (answer) => ({ joined: fields(answer)['joined'] === true }),
  controls: readCameraControls,
  'controls.set': readCameraControls,
  'controls.reset': readCameraControls,
});

/**
 * Once per frame, so it makes nothing: what was parsed is looked at in place. The slot, the size and the times are read
 * from shared memory, where they belong to the frame for certain.
 */
export function isFrame(params: unknown): params is Pick<FrameNotification, 'camera' | 'sequence'> {
  return (
    typeof params === 'object' &&
    params !== null &&
    'camera' in params &&
    'sequence' in params &&
    typeof params.camera === 'string' &&
    isDecimal64(params.sequence)
  );
}

/** `ping` and `pong`; undefined for an id that cannot be answered. */
export function readPingId(params: unknown): number | undefined {
  const id = numberOr(fields(params)['id'], undefined);
  return id !== undefined && Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

export function readStatusList(answer: unknown): { readonly version: 1; readonly cameras: readonly CameraStatus[] } {
  return { version: 1, cameras: list(fields(answer)['cameras']).map(readCameraStatus) };
}

/** @throws {UnreadableMessage} when it does not say where the picture is */
export function readStillResult(answer: unknown): StillResult {
  const from = fields(answer);
  return {
    camera: requiredText(from['camera'], 'camera in the answer to still'),
    source: from['source'] === 'stream' ? 'stream' : 'still',
    sequence: requiredDecimal(from['sequence'], 'sequence in the answer to still'),
    byteLength: requiredNumber(from['byteLength'], 'byteLength in the answer to still'),
    width: numberOr(from['width'], 0),
    height: numberOr(from['height'], 0),
    capturedAtMs: requiredNumber(from['capturedAtMs'], 'capturedAtMs in the answer to still'),
    monotonicNs: requiredDecimal(from['monotonicNs'], 'monotonicNs in the answer to still'),
  };
}

function readDescription(value: unknown): CameraDescription {
  const from = fields(value);
  const requested = fields(from['requested']);
  return {
    camera: requiredText(from['camera'], 'camera in a description'),
    name: textOr(from['name'], ''),
    objectName: requiredText(from['objectName'], 'objectName in a description'),
    requested: {
      width: numberOr(requested['width'], 0),
      height: numberOr(requested['height'], 0),
      fps: numberOr(requested['fps'], 0),
    },
  };
}
