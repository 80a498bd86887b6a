// The configuration of both services, read once at the start: environment file, process environment, defaults.

import { buildCamera, warnAbout } from './build-camera.ts';
import { buildWall, checkWall } from './build-wall.ts';
import type { AppConfig } from './camera-config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { checkAcross } from './cross-checks.ts';
import { splitCameraKey } from './key-names.ts';
import { chooseRunDir } from './run-dir.ts';
import { readSettings } from './schema.ts';
import { CAMERA_SETTINGS, GLOBAL_SETTINGS, PROCESS_SETTINGS } from './settings.ts';
import { findEnvFile, readSources } from './sources.ts';
import { chooseStateDir } from './state-dir.ts';

export interface LoadOptions {
  /** the process environment; it wins over the file, and an empty value is no value */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** as given with --env-file; default: SOFT_STREAM_ENV_FILE, else no file */
  readonly envFile?: string | undefined;
  readonly cwd: string;
  /** whether people read the log; default: whether stdout is a terminal */
  readonly isTerminal?: boolean;
}

/** @throws {ConfigError} exit code 78; names every wrong key, its value and what is allowed */
export function loadConfig(options: LoadOptions): AppConfig {
  const { env, cwd, isTerminal = process.stdout.isTTY === true } = options;
  const envFile = findEnvFile(options.envFile, env, cwd);
  const sources = readSources(env, envFile);
  const problems: ConfigProblem[] = [...sources.problems];
  const onProblem = (key: string, value: string, message: string) =>
    problems.push({ key, value, message, source: sources.origins.get(key) ?? 'environment' });

  const { commented } = sources;
  const global = readSettings({
    settings: GLOBAL_SETTINGS,
    prefix: '',
    number: 0,
    env: sources.values,
    commented,
    onProblem,
  });
  const processOnly = { settings: PROCESS_SETTINGS, prefix: '', number: 0, env: givenOnly(env) };
  const { SOFT_STREAM_CONTAINER: container, SOFT_STREAM_SOCKET_DIR: socketDir } = readSettings({
    ...processOnly,
    onProblem,
  });

  const numbered = cameraNumbers(sources.values).map((number) => {
    const prefix = `cam${number}_`;
    return {
      number,
      values: readSettings({ settings: CAMERA_SETTINGS, prefix, number, env: sources.values, commented, onProblem }),
    };
  });
  for (const each of [...checkAcross(numbered), ...checkWall(global, numbered)]) {
    problems.push({ ...each, source: sources.origins.get(each.key) ?? 'default' });
  }

  const runDir = chooseRunDir({
    given: global.SOFT_STREAM_RUN_DIR,
    cwd,
    userRuntimeDir: env['XDG_RUNTIME_DIR'],
    uid: process.getuid?.() ?? 0,
  });
  if (runDir.problem !== undefined) onProblem('SOFT_STREAM_RUN_DIR', runDir.path, runDir.problem);
  if (problems.length > 0) throw new ConfigError(problems);

  return {
    cameras: numbered.map(({ number, values }) =>
      buildCamera(values, { number, container, socketDir, cwd, envFile, watchdogTimeoutMs: global.watchdog_timeout }),
    ),
    areDefaultCameras: configuredNumbers(sources.values).length === 0,
    runDir: runDir.path,
    stateDir: chooseStateDir({
      given: global.SOFT_STREAM_STATE_DIR,
      givenRunDir: global.SOFT_STREAM_RUN_DIR,
      cwd,
      home: env['HOME'],
      userStateHome: env['XDG_STATE_HOME'],
      uid: process.getuid?.() ?? 0,
    }),
    envFile,
    container,
    exit66: global.SOFT_STREAM_EXIT_66,
    allowedHosts: global.allowed_hosts ?? [],
    allowOrigin: global.allow_origin ?? [],
    frameAncestors: global.frame_ancestors,
    webrtc: {
      port: global.webrtc_port,
      // In a container this is the address on the host, where compose publishes the port.
      bind: container ? '0.0.0.0' : global.webrtc_bind,
      hosts: global.webrtc_host ?? [],
      iceServers: global.webrtc_ice_servers ?? [],
    },
    wall: buildWall(global, { container, socketDir, cwd }),
    maxViewers: global.max_viewers,
    logLevel: global.log_level,
    logFormat: global.log_format ?? (isTerminal ? 'text' : 'json'),
    warnings: [...sources.warnings, ...numbered.flatMap(({ number, values }) => warnAbout(values, `cam${number}`))],
  };
}

/** A camera exists when one of its keys is set, gaps allowed; none set: cam0 and cam1. */
function cameraNumbers(values: Readonly<Record<string, string>>): readonly number[] {
  const numbers = configuredNumbers(values);
  return numbers.length === 0 ? [0, 1] : numbers;
}

function configuredNumbers(values: Readonly<Record<string, string>>): readonly number[] {
  const numbers = new Set<number>();
  for (const key of Object.keys(values)) {
    const cameraKey = splitCameraKey(key);
    if (cameraKey !== undefined) numbers.add(cameraKey.number);
  }
  return [...numbers].sort((a, b) => a - b);
}

function givenOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
