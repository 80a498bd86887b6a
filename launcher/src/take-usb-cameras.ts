// For the newcomer: nothing is configured, and there is no CSI camera but perhaps a USB camera, in a laptop's lid even.
// Which there are is found out by a program of capture-service, which owns the cameras.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { Logger } from 'pino';
import { checkout } from './checkout.ts';

/** Listing CSI cameras opens each of them. */
const TIMEOUT_MS = 20_000;

interface UsbCamera {
  readonly camera: string;
  readonly model: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** @returns settings for the environment of both services; none when there is no such camera. Never throws. */
export async function takeUsbCameras(log: Logger, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
  try {
    const options = { timeout: TIMEOUT_MS, killSignal: 'SIGTERM', signal } as const;
    const { stdout } = await promisify(execFile)(process.execPath, [checkout.detect], options);
    const cameras = readCameras(JSON.parse(stdout));
    for (const { camera, model, settings } of cameras) {
      const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
      log.info({ camera, model, settings: lines }, 'no camera is configured: taking this USB camera');
    }
    return Object.assign({}, ...cameras.map(({ settings }) => settings));
  } catch (error) {
    log.warn({ reason: errorMessage(error) }, 'could not search for USB cameras');
    return {};
  }
}

/** @throws {TypeError} for what is no list of cameras */
function readCameras(answer: unknown): readonly UsbCamera[] {
  if (typeof answer !== 'object' || answer === null || !('cameras' in answer) || !Array.isArray(answer.cameras)) {
    throw new TypeError('no list of cameras');
  }
  return answer.cameras.map(readCamera);
}

function readCamera(value: unknown): UsbCamera {
  if (typeof value !== 'object' || value === null) throw new TypeError('no camera');
  const { camera, model, settings } = value as Partial<Record<keyof UsbCamera, unknown>>;
  if (typeof camera !== 'string' || typeof model !== 'string') throw new TypeError('a camera without a name');
  if (typeof settings !== 'object' || settings === null) throw new TypeError('a camera without settings');
  const pairs = Object.entries(settings).map(([key, text]: [string, unknown]): [string, string] => {
    if (!/^cam\d+_[a-z_]+$/.test(key) || typeof text !== 'string') throw new TypeError(`setting ${key}`);
    return [key, text];
  });
  return { camera, model, settings: Object.fromEntries(pairs) };
}
