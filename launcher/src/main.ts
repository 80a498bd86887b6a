// `npm start [-- --env-file FILE]`: both services on this host, without containers and without a service manager.

import { resolve } from 'node:path';
import { readCommandLine } from '@soft-stream/shared/command-line/command-line';
import { serviceProgram } from '@soft-stream/shared/command-line/service-program';
import { neededRoles } from '@soft-stream/shared/config/capture-roles';
import { loadConfig } from '@soft-stream/shared/config/load';
import { EXIT, errorMessage, FatalError } from '@soft-stream/shared/runtime/errors';
import { createLogger } from '@soft-stream/shared/runtime/log';
import { assertBuilt, checkout } from './checkout.ts';
import { runPair } from './run-pair.ts';
import { listenForStop } from './stop-signals.ts';
import { takeUsbCameras } from './take-usb-cameras.ts';

const PROGRAM = serviceProgram('start', 'Runs capture-service and http-service on this host.', 'npm start --');

async function main(): Promise<number> {
  const envFile = envFileArgument();
  const signals = listenForStop();
  assertBuilt();
  // Read here too, so that a mistake is told once and not by each service.
  const config = loadConfig({ env: process.env, envFile, cwd: process.cwd() });
  const log = createLogger({ service: 'launcher', level: config.logLevel, format: config.logFormat });
  const args = envFile === undefined ? [] : ['--env-file', envFile];
  const env = config.areDefaultCameras ? { ...process.env, ...(await takeUsbCameras(log, signals.stop)) } : process.env;
  return await runPair({
    services: [
      ...neededRoles(config.cameras).map((role) => ({
        name: role === 'devices' ? 'capture-service' : `capture-service --role ${role}`,
        entry: checkout.capture,
        args: ['--role', role, ...args],
        env,
      })),
      { name: 'http-service', entry: checkout.http, args, env },
    ],
    log,
    signal: signals.stop,
    impatient: signals.impatient,
  });
}

/** npm runs scripts in the root of the workspace: a relative path is meant from where npm was called. */
function envFileArgument(): string | undefined {
  const { values } = readCommandLine(PROGRAM);
  const file = values['env-file'];
  return file === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? process.cwd(), file);
}

main().then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`soft-stream-cameras: ${errorMessage(error)}\n`);
    process.exit(error instanceof FatalError ? error.exitCode : EXIT.failed);
  },
);
