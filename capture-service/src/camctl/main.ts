#!/usr/bin/env node
// camctl: the operator's tool. Reads the command line, connects, prints, and says by its exit code how it went.

import type { DoctorLine } from '@soft-stream/shared/api/control-api';
import { loadConfig } from '@soft-stream/shared/config/load';
import { chooseRunDir } from '@soft-stream/shared/config/run-dir';
import { RpcConnectionError } from '@soft-stream/shared/rpc/rpc-error';
import { EXIT, errorCode, errorMessage } from '@soft-stream/shared/runtime/errors';
import { examineAlone } from '../doctor/doctor.ts';
import { type Command, readArguments, USAGE } from './arguments.ts';
import { connectAll } from './connect-all.ts';
import { eventPrinter, followEvents } from './follow-events.ts';
import { printDoctor } from './print-lists.ts';
import { runCommand } from './run-command.ts';

async function main(): Promise<number> {
  const command = readArguments(process.argv.slice(2));
  if ('answer' in command) return print(command.answer, EXIT.ok);
  if ('problem' in command) return complain(`${command.problem}\n\n${USAGE}`, EXIT.usage);

  try {
    const notifications = { event: eventPrinter(command.camera, (line) => void process.stdout.write(line)) };
    const control = await connectAll(runDirectory(), notifications);
    if (control.unreachable !== undefined) process.stderr.write(`camctl: ${control.unreachable}\n`);
    try {
      if (command.verb === 'events') {
        await followEvents(control);
        return complain('capture-service has ended', EXIT.unavailable);
      }
      const { exitCode, output } = await runCommand(control, command);
      return await print(output, exitCode);
    } finally {
      control.close();
    }
  } catch (error) {
    if (!(error instanceof RpcConnectionError)) return complain(errorMessage(error), EXIT.failed);
    if (command.verb === 'doctor') await print(await doctorAlone(command), EXIT.unavailable);
    return complain(`capture-service is not reachable: ${errorMessage(error)}`, EXIT.unavailable);
  }
}

function runDirectory(): string {
  const given = process.env['SOFT_STREAM_RUN_DIR'] || undefined;
  const userRuntimeDir = process.env['XDG_RUNTIME_DIR'];
  return chooseRunDir({ given, cwd: process.cwd(), userRuntimeDir, uid: process.getuid?.() ?? 0 }).path;
}

/** Without a service to ask. A wrong configuration is a finding, too. */
async function doctorAlone({ json }: Command): Promise<string> {
  const lines = await examineFromHere();
  return `${json ? JSON.stringify({ version: 1, lines }, null, 2) : printDoctor(lines)}\n`;
}

async function examineFromHere(): Promise<readonly DoctorLine[]> {
  try {
    return await examineAlone(loadConfig({ env: process.env, cwd: process.cwd() }), process.env);
  } catch (error) {
    return [{ level: 'fail', what: errorMessage(error), advice: 'correct the configuration' }];
  }
}

function print(output: string | Uint8Array, exitCode: number): Promise<number> {
  return new Promise((resolve) => process.stdout.write(output, () => resolve(exitCode)));
}

function complain(text: string, exitCode: number): number {
  process.stderr.write(`camctl: ${text}\n`);
  return exitCode;
}

// `camctl events | head -1`: the reader has had enough.
process.stdout.on('error', (error) => process.exit(errorCode(error) === 'EPIPE' ? EXIT.ok : EXIT.failed));
process.exitCode = await main();
