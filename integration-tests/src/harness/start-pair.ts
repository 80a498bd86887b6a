// Both real services, with a run directory and ports of their own, playing recordings unless told otherwise.
// Whoever starts a pair disposes it, and disposing asserts that nothing is left: no process, no socket, no frame.

import assert from 'node:assert/strict';
import { checkout } from '@soft-stream/launcher/checkout';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { demoEnvironment } from '../demo/demo-cameras.ts';
import { openRunDirectory } from '../demo/run-directory.ts';
import { askStatus } from './ask-operator.ts';
import { freePorts } from './free-port.ts';
import { leftoversOf } from './leftovers.ts';
import { type ProgramResult, runProgram } from './run-program.ts';
import { type ServiceHandle, startHandle } from './service-handle.ts';
import { waitFor } from './wait-for.ts';

export interface PairOptions {
  /** added to both services' environment; an empty value unsets a default */
  readonly env?: Readonly<Record<string, string>>;
  /** passed as `--env-file` to both; then only ports, drivers and recordings are set here, which win over the file */
  readonly envFile?: string;
  /** how many of the two cameras there are (2) */
  readonly cameras?: 1 | 2;
  /** which services to start at once (both, and then they have met); the others by `startCapture` and `startHttp` */
  readonly start?: readonly ('capture' | 'http')[];
}

export interface Pair extends AsyncDisposable {
  readonly runDir: string;
  /** the environment of both services */
  readonly env: NodeJS.ProcessEnv;
  readonly capture: ServiceHandle;
  readonly http: ServiceHandle;
  /** `http://127.0.0.1:PORT` + path of camera 0 or 1 */
  url(camera: number, path?: string): string;
  /** Resolve when the service is ready for use. */
  startCapture(): Promise<ServiceHandle>;
  startHttp(): Promise<ServiceHandle>;
  camctl(...args: string[]): Promise<ProgramResult>;
  /** as the operator's socket tells it, and with it `camctl status --json` */
  status(camera: number): Promise<CameraStatus>;
  /** polls the status until `fits` is true of it */
  untilStatus(camera: number, what: string, fits: (status: CameraStatus) => boolean): Promise<CameraStatus>;
}

export async function startPair(options: PairOptions = {}): Promise<Pair> {
  const runDirectory = await openRunDirectory('soft-stream-test-');
  const runDir = runDirectory.path;
  const cameras = options.cameras ?? 2;
  const ports = await freePorts(cameras);
  const env = environmentOf(options, runDir, ports);
  const args = options.envFile === undefined ? [] : ['--env-file', options.envFile];
  let capture: ServiceHandle | undefined;
  let http: ServiceHandle | undefined;

  const pair: Pair = {
    runDir,
    env,
    get capture() {
      assert.ok(capture, 'capture-service was not started');
      return capture;
    },
    get http() {
      assert.ok(http, 'http-service was not started');
      return http;
    },
    url: (camera, path = '/') => `http://127.0.0.1:${ports[camera]}${path}`,
    async startCapture() {
      capture = startHandle({ name: 'capture-service', entry: checkout.capture, args, env });
      await capture.log.until('capture-service ready');
      return capture;
    },
    async startHttp() {
      http = startHandle({ name: 'http-service', entry: checkout.http, args, env });
      const { log } = http;
      await log.until(() => log.lines.filter((line) => line.msg === 'http-service listening').length >= cameras);
      return http;
    },
    camctl: (...words) => runProgram(process.execPath, [checkout.camctl, ...words], { env }),
    status: (camera) => askStatus(runDir, `cam${camera}`),
    untilStatus: (camera, what, fits) =>
      waitFor(
        `cam${camera} ${what}`,
        async () => {
          const status = await pair.status(camera);
          return fits(status) && status;
        },
        { intervalMs: 100 },
      ),
    async [Symbol.asyncDispose]() {
      await http?.stop();
      const end = await capture?.stop();
      try {
        // Killed: the frames that it leaves are for the janitor of the next start, and there is none here.
        if (end?.signal !== 'SIGKILL')
          await waitFor('nothing to be left', async () => (await leftoversOf(runDir)).length === 0, {
            timeoutMs: 5_000,
          });
      } catch (cause) {
        const left = (await leftoversOf(runDir)).join('\n');
        throw new Error(`left behind:\n${left}\nlog of capture-service:\n${capture?.log.text()}`, { cause });
      } finally {
        await runDirectory[Symbol.asyncDispose]();
      }
    },
  };

  const wanted = options.start ?? ['capture', 'http'];
  try {
    await Promise.all([wanted.includes('capture') && pair.startCapture(), wanted.includes('http') && pair.startHttp()]);
    if (capture && http) await http.log.until('capture-service reached');
  } catch (error) {
    await Promise.allSettled([pair[Symbol.asyncDispose]()]);
    throw error;
  }
  return pair;
}

function environmentOf(options: PairOptions, runDir: string, ports: readonly number[]): NodeJS.ProcessEnv {
  // Pairs of parallel tests would meet at the wall's usual port.
  const base: NodeJS.ProcessEnv = { log_format: 'json', log_level: 'debug', wall: '0' };
  for (const [key, value] of Object.entries(process.env)) {
    if (!/^(cam\d+_|wall|SOFT_STREAM_|NODE_TEST)/.test(key)) base[key] = value;
  }
  for (const [camera, port] of ports.entries()) base[`cam${camera}_port`] = String(port);
  const all = demoEnvironment(base, runDir);
  const isWanted = (key: string) => {
    const [, number, setting] = /^cam(\d+)_(.*)/.exec(key) ?? [];
    if (number === undefined) return true;
    return Number(number) < ports.length && (options.envFile === undefined || setting !== 'name');
  };
  return { ...Object.fromEntries(Object.entries(all).filter(([key]) => isWanted(key))), ...options.env };
}
