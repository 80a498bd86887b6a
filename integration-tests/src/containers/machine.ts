// A machine with a booted systemd, nginx and the docker client, in a container: what install.sh and the units meet on
// a Pi. The engine is the one outside, so folders that containers mount have the same path inside and outside.

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../harness/wait-for.ts';
import { docker, repositoryRoot, run, tryToRun } from './engine.ts';

export interface Machine extends AsyncDisposable {
  /** shared with this side under the same path */
  readonly folder: string;
  /** Runs a shell script in it. @throws Error with its output when it fails */
  shell(script: string): Promise<string>;
  /** The exit code and everything said, whatever it was. */
  tryShell(script: string): Promise<{ readonly code: number | null; readonly said: string }>;
  /** one property of a unit, as systemctl show names it */
  show(unit: string, property: string): Promise<string>;
}

const IMAGE = 'soft-stream-test-machine';

export async function bootMachine(): Promise<Machine> {
  await docker('build', '-q', '-t', IMAGE, join(repositoryRoot, 'integration-tests/src/containers/machine'));
  // Not below /tmp, which is the machine's own.
  const folder = await mkdtemp('/var/tmp/soft-stream-machine-');
  await chmod(folder, 0o755);
  const name = `soft-stream-machine-${process.pid}`;
  await docker(
    ...['run', '-d', '--name', name, '--network', 'host', '--cap-add', 'SYS_ADMIN', '--cgroupns', 'private'],
    // For sandboxes of units: namespaces of the network and of users.
    ...['--cap-add', 'NET_ADMIN', '--cap-add', 'SYS_PTRACE'],
    ...['--security-opt', 'seccomp=unconfined', '--tmpfs', '/run:exec', '--tmpfs', '/run/lock', '--tmpfs', '/tmp'],
    ...['-v', '/var/run/docker.sock:/var/run/docker.sock', '-v', `${folder}:${folder}`],
    ...['-v', `${repositoryRoot}:${repositoryRoot}:ro`, IMAGE],
  );
  const shell = (script: string) => run('docker', ['exec', name, 'sh', '-euc', script]);
  const machine: Machine = {
    folder,
    shell,
    async tryShell(script) {
      const { code, stdout, stderr } = await tryToRun('docker', ['exec', name, 'sh', '-uc', script]);
      return { code, said: stdout + stderr };
    },
    show: (unit, property) => shell(`systemctl show --property ${property} --value ${unit}`),
    async [Symbol.asyncDispose]() {
      await docker('rm', '--force', name);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await waitFor('systemd to be up', async () => {
      const { said } = await machine.tryShell('systemctl is-system-running');
      return said.trim() === 'running';
    });
    return machine;
  } catch (error) {
    await machine[Symbol.asyncDispose]();
    throw error;
  }
}
