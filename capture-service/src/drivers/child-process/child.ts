// One running camera program: spawned without a shell in a process group of its own, always read, and never an
// orphan: the kernel kills it when this process dies, however it dies.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createDeferred } from '@soft-stream/shared/runtime/deferred';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import { withDeathSignal } from '@soft-stream/shared/runtime/programs';
import type { OutputSocket } from './output-socket.ts';
import type { Environment } from './programs.ts';

export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** it never ran, and why */
  readonly startError: string | undefined;
}

export interface Child {
  readonly pid: number | undefined;
  /** resolves when the process is gone and both its pipes are closed: nobody holds the camera any more */
  readonly ended: Promise<ChildEnd>;
  readonly hasEnded: boolean;
  /** to the whole process group, so that a wrapper script is no hiding place */
  kill(signal: NodeJS.Signals): void;
}

export interface ChildOptions {
  /** absolute path */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /** absolute path of setpriv(1); undefined = no parent-death signal */
  readonly setpriv: string | undefined;
  readonly clock: Clock;
  /** owned by the child from here on; or what is called with all that it prints, if that is little */
  readonly stdout: OutputSocket | ((chunk: Buffer) => void);
  onStderr(chunk: Buffer): void;
}

/** Something else in the group still holds the pipes after the program itself ended: it gets this long. */
const GROUP_GRACE_MS = 1_000;

/** Never throws: a program that cannot be started has ended at once, with `startError`. */
export function startChild(options: ChildOptions): Child {
  let hasEnded = false;
  const ended = createDeferred<ChildEnd>();
  const finish = (how: ChildEnd) => {
    hasEnded = true;
    ended.resolve(how);
  };

  const started = trySpawn(options);
  if (!(started instanceof Error)) watch(started, options, finish);
  else finish({ exitCode: null, signal: null, startError: errorMessage(started) });

  const pid = started instanceof Error ? undefined : started.pid;
  return {
    pid,
    ended: ended.promise,
    get hasEnded() {
      return hasEnded;
    },
    kill(signal) {
      if (pid !== undefined && !hasEnded) killGroup(pid, signal);
    },
  };
}

function trySpawn({ program, args, env, setpriv, stdout }: ChildOptions): ChildProcess | Error {
  const [command = program, ...words] = withDeathSignal([program, ...args], { setpriv, signal: 'KILL' });
  const output = typeof stdout === 'function' ? undefined : stdout;
  try {
    return spawn(command, words, { detached: true, stdio: ['ignore', output?.far ?? 'pipe', 'pipe'], env: { ...env } });
  } catch (error) {
    return error instanceof Error ? error : new Error(errorMessage(error));
  } finally {
    output?.far.destroy();
  }
}

function watch(child: ChildProcess, options: ChildOptions, finish: (end: ChildEnd) => void) {
  const { pid } = child;
  const { clock, stdout: given, onStderr } = options;
  let cancelGrace: (() => void) | undefined;
  let how: ChildEnd = { exitCode: null, signal: null, startError: undefined };
  const stdout = typeof given === 'function' ? child.stdout : given.near;
  if (typeof given === 'function') child.stdout?.on('data', given);
  child.stderr?.on('data', onStderr);
  // A pipe that breaks is followed by the end of the child, which is what counts.
  child.stdout?.on('error', () => undefined);
  child.stderr?.on('error', () => undefined);
  child.on('error', (error) => {
    // Also reported for a signal that could not be sent; only a child without a pid never ran.
    if (pid === undefined) finish({ ...how, startError: error.message });
  });
  child.on('exit', (exitCode, signal) => {
    how = { exitCode, signal, startError: undefined };
    if (pid === undefined) return;
    cancelGrace = clock.after(GROUP_GRACE_MS, () => {
      killGroup(pid, 'SIGKILL');
      stdout?.destroy();
      child.stderr?.destroy();
    });
  });
  child.on('close', async () => {
    if (typeof given !== 'function') await closed(given.near);
    cancelGrace?.();
    finish(how);
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: the group is empty already
  }
}
