// The demo's settings: recordings instead of cameras, a log for people. What the caller's environment says wins.

import { join } from 'node:path';

const recordings = join(import.meta.dirname, '../../recordings');

const DEFAULTS: Readonly<Record<string, string>> = {
  cam0_driver: 'recorded',
  cam0_recording: join(recordings, 'cam0'),
  cam0_name: 'Printer 1, front',
  cam0_port: '18081',
  cam1_driver: 'recorded',
  cam1_recording: join(recordings, 'cam1'),
  cam1_name: 'Printer 1, side',
  cam1_port: '18082',
  wall_port: '18080',
  log_format: 'text',
};

/** @returns the environment of both services: the demo never reads somebody's environment file */
export function demoEnvironment(caller: NodeJS.ProcessEnv, runDir: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...caller };
  for (const [key, value] of Object.entries(DEFAULTS)) env[key] = caller[key] || value;
  delete env['SOFT_STREAM_ENV_FILE'];
  delete env['SOFT_STREAM_CONTAINER'];
  env['SOFT_STREAM_RUN_DIR'] = runDir;
  return env;
}
