// The compose project as its owner starts it, on recordings, under a name, ports and folders of its own.

import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../harness/free-port.ts';
import { run } from './engine.ts';

/** Debian's number of the group www-data, which nginx runs in. */
const WWW_DATA = 33;
/** http-service's user in its container. */
const HTTP_USER = 1000;

export const CREDENTIALS = 'viewer:correct horse';

export interface Stack extends AsyncDisposable {
  readonly project: string;
  /** what compose is called with */
  readonly env: NodeJS.ProcessEnv;
  /** published ports of cam0 and cam1 */
  readonly ports: readonly [number, number];
  readonly edgePorts: readonly [number, number];
  readonly passwordFile: string;
  readonly socketFolder: string;
  compose(...args: string[]): Promise<string>;
  /** name of the running container of a service */
  container(service: string): string;
}

/** Nothing is started yet: `compose('up', '-d')`. */
export async function prepareStack(): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'soft-stream-stack-'));
  await chmod(folder, 0o755);
  const [cam0 = 0, cam1 = 0, edge0 = 0, edge1 = 0] = await freePorts(4);

  const socketFolder = join(folder, 'sockets');
  await mkdir(socketFolder);
  await chown(socketFolder, HTTP_USER, WWW_DATA);
  await chmod(socketFolder, 0o2750);

  const passwordFile = join(folder, 'htpasswd');
  const [name = '', password = ''] = CREDENTIALS.split(':');
  await writeFile(passwordFile, await run('htpasswd', ['-nbB', name, password]));
  const envFile = join(folder, 'cameras.env');
  await writeFile(envFile, '; as systemd reads it\ncam0_name="Printer #1: $5"\ncam1_name=Printer #2\n');

  const project = `soft-stream-test-${process.pid}`;
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: project,
    COMPOSE_FILE: 'compose.yaml:compose.demo.yaml',
    COMPOSE_PROFILES: 'edge',
    SOFT_STREAM_TAG: 'test',
    SOFT_STREAM_ENV_FILE: envFile,
    SOFT_STREAM_HTPASSWD: passwordFile,
    SOFT_STREAM_SOCKETS: socketFolder,
    SOFT_STREAM_EDGE_BIND: '127.0.0.1',
    SOFT_STREAM_EDGE_PORT0: String(edge0),
    SOFT_STREAM_EDGE_PORT1: String(edge1),
    cam0_port: String(cam0),
    cam1_port: String(cam1),
  };
  const compose = (...args: string[]) => run('docker', ['compose', '--progress', 'quiet', ...args], { env });

  return {
    project,
    env,
    ports: [cam0, cam1],
    edgePorts: [edge0, edge1],
    passwordFile,
    socketFolder,
    compose,
    container: (service) => `${project}-${service}-1`,
    async [Symbol.asyncDispose]() {
      await compose('down', '--volumes', '--timeout', '3');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
