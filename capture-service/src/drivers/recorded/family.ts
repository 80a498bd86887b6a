// All recorded cameras: their recordings are read once at the start, so that an unreadable one is found out then.

import type { DoctorLine, SeenCamera } from '@soft-stream/shared/api/control-api';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { EXIT, errorCode, errorMessage, FatalError } from '@soft-stream/shared/runtime/errors';
import type { DriverFamily, DriverFamilyOptions } from '../driver-family.ts';
import { loadRecording } from './load-recording.ts';
import { createRecordedDriver } from './recorded-driver.ts';

/** @throws {FatalError} 78 ERR_RECORDING naming the file */
export async function openRecordedFamily({ cameras, clock }: DriverFamilyOptions): Promise<DriverFamily> {
  for (const config of cameras) await checkRecording(config);
  return {
    kind: 'recorded',
    driverFor: (config) => createRecordedDriver(config, clock),
    listCameras: () => Promise.all(cameras.map(describe)),
    doctor: () => examineRecordings(cameras),
    async [Symbol.asyncDispose]() {},
  };
}

/** What `camctl doctor` says, also without a running service. Never throws. */
export function examineRecordings(cameras: readonly CameraConfig[]): Promise<readonly DoctorLine[]> {
  return Promise.all(
    cameras.map(async ({ camera, recorded: { recording = '' } }): Promise<DoctorLine> => {
      try {
        const frames = await loadRecording(recording);
        return { level: 'ok', what: `${camera} plays ${frames.length} frames of ${recording}` };
      } catch (error) {
        return { level: 'fail', what: `${camera}: ${errorMessage(error)}`, advice: `correct ${camera}_recording` };
      }
    }),
  );
}

async function checkRecording({ camera, recorded: { recording } }: CameraConfig): Promise<void> {
  if (recording === undefined) {
    throw new FatalError(EXIT.config, 'ERR_RECORDING', `${camera}_recording is not set: it names what to play`);
  }
  try {
    await loadRecording(recording);
  } catch (error) {
    if (errorCode(error) !== 'ERR_RECORDING') throw error;
    throw new FatalError(EXIT.config, 'ERR_RECORDING', `${camera}: ${errorMessage(error)}`, { cause: error });
  }
}

async function describe({ camera, number, recorded: { recording = '' } }: CameraConfig): Promise<SeenCamera> {
  const [first] = await loadRecording(recording);
  return {
    index: number,
    id: recording,
    model: 'recording',
    width: first?.width ?? null,
    height: first?.height ?? null,
    modes: [],
    camera,
    idLine: `${camera}_recording=${recording}`,
  };
}
