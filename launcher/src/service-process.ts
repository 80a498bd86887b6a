// One service as a child process: in a process group of its own, so that Ctrl-C reaches only the launcher, and told
// to end when the launcher is killed.

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { createDeferred } from '@soft-stream/shared/runtime/deferred';
import { findSetpriv, withDeathSignal } from '@soft-stream/shared/runtime/programs';
import { walkStopLadder } from '@soft-stream/shared/runtime/stop-ladder';

export interface ServiceSpec {
  /** `capture-service` or `http-service` */
  readonly name: string;
  /** path of its compiled main */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** default: all three as the launcher has them */
  readonly stdio?: StdioOptions;
}

export interface ServiceEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServiceProcess {
  readonly name: string;
  readonly child: ChildProcess;
  /** undefined while it runs */
  readonly end: ServiceEnd | undefined;
  /** settles once; never rejects (a program that cannot be started is code 127) */
  readonly ended: Promise<ServiceEnd>;
  /** SIGTERM, then SIGKILL after `graceMs`. Resolves when it is gone. Idempotent. */
  stop(graceMs: number): Promise<ServiceEnd>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * One arena of malloc. glibc makes up to eight per core for the threads that draw and scale, and what each of them has
 * freed stays with it: http-service's resident memory was 30 to 50 MiB larger. Read at the start of a process.
 */
const ONE_ARENA = { MALLOC_ARENA_MAX: '1' };

export function startService(spec: ServiceSpec): ServiceProcess {
  // Without `--` Node.js takes --env-file for its own wherever it stands, and ends with 9 when the file is missing.
  const command = [process.execPath, '--enable-source-maps', '--', spec.entry, ...spec.args];
  const death = { setpriv: findSetpriv(spec.env['PATH']), signal: 'TERM' } as const;
  const [program = process.execPath, ...args] = withDeathSignal(command, death);
  const child = spawn(program, args, {
    env: { ...ONE_ARENA, ...spec.env },
    stdio: spec.stdio ?? 'inherit',
    detached: true,
  });
  let end: ServiceEnd | undefined;
  let stopping: Promise<ServiceEnd> | undefined;
  const ended = createDeferred<ServiceEnd>();
  const settle = (how: ServiceEnd) => {
    end ??= how;
    ended.resolve(end);
  };
  child.once('error', () => settle({ code: 127, signal: null }));
  child.once('exit', (code, signal) => settle({ code, signal }));

  return {
    name: spec.name,
    child,
    get end() {
      return end;
    },
    ended: ended.promise,
    kill: (signal) => void child.kill(signal),
    stop(graceMs) {
      stopping ??= stopWithin(child, ended.promise, graceMs);
      return stopping;
    },
  };
}

async function stopWithin(child: ChildProcess, ended: Promise<ServiceEnd>, graceMs: number): Promise<ServiceEnd> {
  const stoppable = {
    get hasEnded() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    ended,
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
  };
  const steps = [
    ['SIGTERM', graceMs],
    ['SIGKILL', 0],
  ] as const;
  await walkStopLadder(stoppable, steps, systemClock);
  return ended;
}

/** Resolves when its output is read to the end, for whoever collects it. */
export async function outputClosed(service: ServiceProcess): Promise<void> {
  if (service.child.stdout?.closed === false) await once(service.child.stdout, 'close');
}
