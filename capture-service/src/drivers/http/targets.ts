// What to ask of which address, and as whom: from the settings, and from the files that they name. The files are read at
// every connection, so that a password that was changed needs no restart.

import { readFile } from 'node:fs/promises';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { errorCode, errorMessage } from '@soft-stream/shared/runtime/errors';
import type { Target } from './connection/request.ts';
import { UpstreamError } from './failure/upstream-error.ts';

/** @throws {UpstreamError} password, TLS: a file that cannot be read, by its setting */
export function streamTarget(config: CameraConfig): Promise<Target> {
  return targetOf(config, `${config.camera}_url`, config.http.url);
}

/** Of the same camera, so with the same password: but only at the same origin. @throws {UpstreamError} as above */
export async function stillTarget(config: CameraConfig): Promise<Target> {
  const { url, snapshotUrl } = config.http;
  if (snapshotUrl === undefined) return streamTarget(config);
  const target = await targetOf(config, `${config.camera}_snapshot_url`, snapshotUrl);
  const isSameHost = url !== undefined && new URL(url).hostname === target.url.hostname;
  return isSameHost ? target : { ...target, credentials: undefined };
}

/** For people: never with what may be a secret. */
export function hostOf(config: CameraConfig): string {
  return config.http.url === undefined ? '' : new URL(config.http.url).host;
}

async function targetOf(config: CameraConfig, key: string, url: string | undefined): Promise<Target> {
  const { camera } = config;
  const { user, passwordFile, caFile } = config.http;
  // The configuration is refused without it.
  if (url === undefined) throw new UpstreamError('HTTP 404', `${key} is not set`);
  const password = await readSetting(passwordFile, 'password', `${camera}_url_password_file`);
  const ca = await readSetting(caFile, 'TLS', `${camera}_ca_file`);
  return {
    url: new URL(url),
    camera,
    key,
    credentials: user === undefined || password === undefined ? undefined : { user, password: firstLine(password) },
    ca,
  };
}

async function readSetting(
  path: string | undefined,
  failure: 'password' | 'TLS',
  key: string,
): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (error) {
    const reason = errorCode(error) ?? errorMessage(error);
    throw new UpstreamError(failure, `the file of ${key} cannot be read (${reason})`, { cause: error });
  }
}

function firstLine(bytes: Buffer): string {
  return bytes.toString('utf8').split(/\r?\n/, 1)[0] ?? '';
}
