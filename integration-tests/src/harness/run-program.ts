// Runs a program to its end and keeps what it said.

import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

export interface ProgramResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** kills it after this long (60000) */
  readonly timeoutMs?: number;
}

export async function runProgram(
  program: string,
  args: readonly string[],
  { env = process.env, cwd, timeoutMs = 60_000 }: ProgramOptions = {},
): Promise<ProgramResult> {
  const child = spawn(program, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    ...(cwd && { cwd }),
  });
  const [stdoutBytes, stderr, end] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal }));
    }),
  ]);
  return { ...end, stdout: stdoutBytes.toString(), stdoutBytes, stderr: stderr.toString() };
}
