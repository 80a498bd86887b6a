// Waits until both services answer, and then prints where to look.

import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppConfig, CameraConfig } from '@soft-stream/shared/config/camera-config';

const RETRY_MS = 100;

/** Resolves when capture-service takes connections and every camera's page answers; rejects only on abort. */
export async function whenReady(config: AppConfig, signal: AbortSignal): Promise<void> {
  const checks = [
    () => socketAnswers(join(config.runDir, 'broker.sock')),
    ...config.cameras.map((camera) => () => pageAnswers(camera)),
  ];
  for (const check of checks) {
    while (!(await check())) await sleep(RETRY_MS, undefined, { signal });
  }
}

export function banner(config: AppConfig): string {
  const rule = '-'.repeat(72);
  const addresses = config.cameras.flatMap((camera) => [
    `  ${camera.name}`,
    `    page      ${addressOf(camera)}/`,
    `    stream    ${addressOf(camera)}/stream.mjpg`,
    `    snapshot  ${addressOf(camera)}/snapshot.jpg`,
  ]);
  return [
    '',
    rule,
    'Soft Stream Cameras, with recordings in place of cameras',
    '',
    ...addresses,
    ...(config.wall.isOn ? ['  both', `    wall      ${addressOf(config.wall)}/`] : []),
    '',
    `  run directory  ${config.runDir}`,
    `  operator       SOFT_STREAM_RUN_DIR=${config.runDir} npm run -s camctl -- status`,
    '  end            Ctrl-C',
    rule,
    '',
    '',
  ].join('\n');
}

function addressOf({ bind, port }: Pick<CameraConfig, 'bind' | 'port'>): string {
  const host = bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function socketAnswers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // ENOENT, ECONNREFUSED: not yet
  } finally {
    socket.destroy();
  }
}

async function pageAnswers(camera: CameraConfig): Promise<boolean> {
  const asking = request(`${addressOf(camera)}/healthz`, { agent: false, timeout: 2_000 });
  try {
    asking.end();
    const [response] = await once(asking, 'response');
    response.resume();
    return true;
  } catch {
    return false; // ECONNREFUSED: not yet
  } finally {
    asking.destroy();
  }
}
