// A short run of v4l2-ctl to its end, with what it printed. Never an orphan, never longer than its limit.

import type { Clock } from '@soft-stream/shared/runtime/clock';
import { startChild } from '../../child-process/child.ts';
import { stopChild } from '../../child-process/stop-ladder.ts';
import type { V4l2Programs } from './programs.ts';

export interface ToolHost {
  readonly programs: V4l2Programs;
  readonly clock: Clock;
}

export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
  /** null when a signal ended it */
  readonly exitCode: number | null;
  /** it was ended because it took too long */
  readonly isTimeout: boolean;
}

/** Listing asks the camera, which may sleep; a probe waits two seconds for a frame. */
const TIMEOUT_MS = 5_000;
const MAX_OUTPUT_BYTES = 256 * 1024;
const GRACE_MS = 300;

/** @throws `signal.reason` when aborted: the program is gone by then */
export async function runV4l2Ctl(
  { programs, clock }: ToolHost,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<ToolResult> {
  signal?.throwIfAborted();
  const stdout = createText();
  const stderr = createText();
  const child = startChild({
    program: programs.v4l2Ctl,
    args,
    env: programs.env,
    setpriv: programs.setpriv,
    clock,
    stdout: stdout.push,
    onStderr: stderr.push,
  });
  let isTimeout = false;
  const stop = () => void stopChild(child, { clock, gentleMs: GRACE_MS });
  const cancel = clock.after(TIMEOUT_MS, () => {
    isTimeout = true;
    stop();
  });
  signal?.addEventListener('abort', stop, { once: true });
  const { exitCode, startError } = await child.ended;
  cancel();
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  return { stdout: stdout.text(), stderr: startError ?? stderr.text(), exitCode, isTimeout };
}

function createText() {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  return {
    push(chunk: Buffer) {
      if (byteLength < MAX_OUTPUT_BYTES) chunks.push(chunk);
      byteLength += chunk.length;
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
