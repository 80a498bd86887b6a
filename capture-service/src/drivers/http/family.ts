// All cameras behind addresses. Nothing is shared between them, and nothing is connected before somebody asks for it.

import { access, constants } from 'node:fs/promises';
import type { DoctorLine, SeenCamera } from '@soft-stream/shared/api/control-api';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { EXIT, errorCode, errorMessage, FatalError } from '@soft-stream/shared/runtime/errors';
import type { DriverFamily, DriverFamilyOptions } from '../driver-family.ts';
import { createRequester } from './connection/request.ts';
import { createHttpDriver } from './driver.ts';
import { hostOf, streamTarget } from './targets.ts';

/** @throws {FatalError} 78 ERR_SECRET_FILE naming the setting whose file cannot be read */
export async function openHttpFamily({ cameras, clock }: DriverFamilyOptions): Promise<DriverFamily> {
  for (const config of cameras) await checkFiles(config);
  return {
    kind: 'http',
    driverFor: (config) => createHttpDriver(config, clock),
    listCameras: async () => cameras.map(describe),
    doctor: (signal) => Promise.all(cameras.map((config) => examine(config, clock, signal))),
    async [Symbol.asyncDispose]() {},
  };
}

async function checkFiles({ camera, http: { passwordFile, caFile } }: CameraConfig): Promise<void> {
  const files = [
    [`${camera}_url_password_file`, passwordFile],
    [`${camera}_ca_file`, caFile],
  ] as const;
  for (const [key, path] of files) {
    if (path === undefined) continue;
    try {
      await access(path, constants.R_OK);
    } catch (error) {
      const message = `${key}=${path} cannot be read (${errorCode(error) ?? errorMessage(error)})`;
      throw new FatalError(EXIT.config, 'ERR_SECRET_FILE', message, { cause: error });
    }
  }
}

function describe(config: CameraConfig): SeenCamera {
  const { camera, number } = config;
  const host = hostOf(config);
  const { origin } = new URL(config.http.url ?? `http://${host}`);
  return {
    index: number,
    id: host,
    model: 'network camera',
    width: null,
    height: null,
    modes: [],
    camera,
    idLine: `${camera}_url=${origin}/...`,
    driver: 'http',
  };
}

/** Asks for the head of an answer, and no more: it is what a viewer would be told. */
async function examine(config: CameraConfig, clock: Clock, signal: AbortSignal): Promise<DoctorLine> {
  const { camera } = config;
  try {
    const requester = createRequester(await streamTarget(config), clock);
    try {
      const { promised } = await requester.ask(signal);
      const what = promised.kind === 'picture' ? `a JPEG, fetched at ${config.fps} fps` : 'a stream';
      return { level: 'ok', what: `${camera}: ${hostOf(config)} answers with ${what}` };
    } finally {
      await requester.close();
    }
  } catch (error) {
    return { level: 'fail', what: `${camera}: ${errorMessage(error)}`, advice: `see ${camera}_url` };
  }
}
