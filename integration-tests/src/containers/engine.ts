// The docker engine of this machine, through its command line. What fails throws with everything that was said.

import { fileURLToPath } from 'node:url';
import { type ProgramResult, runProgram } from '../harness/run-program.ts';

export const repositoryRoot: string = fileURLToPath(new URL('../../../', import.meta.url));

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** ms; building images takes long (300000) */
  readonly timeoutMs?: number;
}

/** @throws Error with stdout and stderr when the exit code is not 0 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await tryToRun(program, args, options);
  if (result.code !== 0) {
    throw new Error(
      `${program} ${args.join(' ')}: exit ${result.code ?? result.signal}\n${result.stdout}${result.stderr}`,
    );
  }
  return result.stdout.trim();
}

/** The same for what is expected to fail. */
export function tryToRun(program: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
  return runProgram(program, args, { cwd: repositoryRoot, timeoutMs: 300_000, ...options });
}

export function docker(...args: string[]): Promise<string> {
  return run('docker', args);
}

/** Process ids on the host of the container's processes whose command line fits. */
export async function processesIn(container: string, commandLine: RegExp): Promise<number[]> {
  const lines = (await docker('top', container, '-eo', 'pid,args')).split('\n').slice(1);
  return lines.filter((line) => commandLine.test(line)).map((line) => Number.parseInt(line, 10));
}
