// A real nginx on this machine with the site of deploy/nginx, on free ports and in a folder of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../harness/free-port.ts';
import { waitFor } from '../harness/wait-for.ts';
import { repositoryRoot, run } from './engine.ts';

export interface HostNginx extends AsyncDisposable {
  /** of the two cameras, in place of 8081 and 8082 */
  readonly ports: readonly [number, number];
  /** of a server without password that has the cameras under /webcam/ and /webcam2/ */
  readonly prefixPort: number;
  readonly process: ChildProcess;
}

export async function startHostNginx(options: {
  readonly passwordFile: string;
  readonly socketFolder: string;
  readonly backends: readonly [number, number];
}): Promise<HostNginx> {
  const folder = await mkdtemp(join(tmpdir(), 'soft-stream-nginx-'));
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'snippets'));
  const [port0 = 0, port1 = 0, prefixPort = 0] = await freePorts(3);
  const changes: readonly [RegExp, string][] = [
    [/listen (\[::\]:)?8081/g, `listen $1${port0}`],
    [/listen (\[::\]:)?8082/g, `listen $1${port1}`],
    [/127\.0\.0\.1:18081/g, `127.0.0.1:${options.backends[0]}`],
    [/127\.0\.0\.1:18082/g, `127.0.0.1:${options.backends[1]}`],
    [/\/run\/soft-stream-web/g, options.socketFolder],
    [/\/etc\/nginx\/soft-stream\.htpasswd/g, options.passwordFile],
  ];
  const place = async (name: string, target: string) => {
    const text = await readFile(join(repositoryRoot, 'deploy/nginx', name), 'utf8');
    await writeFile(
      join(folder, target),
      changes.reduce((changed, [from, to]) => changed.replace(from, to), text),
    );
  };
  await place('soft-stream.conf', 'site.conf');
  for (const name of ['soft-stream-server.conf', 'soft-stream-proxy.conf', 'soft-stream-webcam.conf']) {
    await place(name, `snippets/${name}`);
  }
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off;
user www-data;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  include site.conf;
  server { listen 127.0.0.1:${prefixPort}; include snippets/soft-stream-webcam.conf; }
}
`,
  );

  const args = ['-p', folder, '-c', join(folder, 'nginx.conf')];
  await run('nginx', ['-t', ...args]);
  const child = spawn('nginx', args, { stdio: 'ignore' });
  const end = once(child, 'exit');
  await waitFor('nginx to listen', () => fetch(`http://127.0.0.1:${port0}/`).then((answer) => answer.status === 401));
  return {
    ports: [port0, port1],
    prefixPort,
    process: child,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await end;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
