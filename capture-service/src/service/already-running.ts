// A second instance on the same run directory gets one sentence about it, before it looks at anything of the first.

import { dirname } from 'node:path';
import { probeSocket } from '@soft-stream/shared/rpc/socket-path';
import { EXIT, FatalError } from '@soft-stream/shared/runtime/errors';
import { controlPath } from '../control/control.ts';
import { processListeningIn } from '../control/listening-process.ts';

/** @throws {FatalError} 69 ERR_ALREADY_RUNNING with the run directory, and the process as far as it can be known */
export async function refuseSecondInstance(runDir: string): Promise<void> {
  const path = controlPath(runDir);
  if ((await probeSocket(path)) !== 'alive') return;
  // Of another container neither the process nor its id would mean anything here.
  const pid = processListeningIn(dirname(path));
  const who = typeof pid === 'number' ? `process ${pid}` : 'another process';
  throw new FatalError(
    EXIT.unavailable,
    'ERR_ALREADY_RUNNING',
    `already running: ${who} uses the run directory ${runDir} (it listens on ${path}); ` +
      'stop it, or choose another folder with SOFT_STREAM_RUN_DIR',
  );
}
