// Starts a compiled program of this package as a process of its own and reads its lines.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly process: ChildProcess;
  /** The next line of its standard output; rejects when it ends before. */
  line(): Promise<string>;
  /** Exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals>;
}

/**
 * @param owner the test; the child does not outlive it
 * @param program path in this package's sources, without extension
 */
export function runChild(
  owner: { after(end: () => Promise<void>): void },
  program: string,
  args: readonly string[],
): Child {
  const path = fileURLToPath(new URL(`../../${program}.js`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exit = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
  owner.after(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return {
    process: child,
    exit,
    async line() {
      const next = await lines.next();
      if (next.done) throw new Error(`${program} ended with ${await exit} before its next line`);
      return next.value;
    },
  };
}
