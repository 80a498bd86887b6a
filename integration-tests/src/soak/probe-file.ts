// What the probe answers, and where.

import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ProbeAnswer {
  readonly heapUsed: number;
  /** buffers outside the heap */
  readonly external: number;
  /** timers, sockets, pipes, watchers that keep the event loop: kind -> how many */
  readonly resources: Readonly<Record<string, number>>;
  /** of the process object, all events together */
  readonly listeners: number;
}

export const probeFile = (pid: number): string => join(tmpdir(), `soft-stream-probe-${pid}.json`);
