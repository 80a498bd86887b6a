// One real service under test: started, listened to, stopped, killed, frozen.

import type { Readable } from 'node:stream';
import { type ServiceEnd, type ServiceSpec, startService } from '@soft-stream/launcher/service-process';
import { collectLines, type LogLines } from './log-lines.ts';

export interface ServiceHandle {
  readonly pid: number;
  readonly log: LogLines;
  readonly ended: Promise<ServiceEnd>;
  /** undefined while it runs */
  readonly end: ServiceEnd | undefined;
  /** SIGTERM, and SIGKILL when that does not help */
  stop(): Promise<ServiceEnd>;
  /** SIGKILL; resolves when it is dead */
  kill(): Promise<ServiceEnd>;
  /** SIGSTOP and SIGCONT */
  freeze(): void;
  thaw(): void;
  /** Nobody reads its output any more: it gets EPIPE. */
  closeOutput(): void;
}

const GRACE_MS = 20_000;

export function startHandle(spec: Omit<ServiceSpec, 'stdio'>): ServiceHandle {
  const service = startService({ ...spec, stdio: ['ignore', 'pipe', 'pipe'] });
  const { child } = service;
  const outputs = [child.stdout, child.stderr].filter((stream): stream is Readable => stream !== null);
  return {
    pid: child.pid ?? -1,
    log: collectLines(outputs),
    ended: service.ended,
    get end() {
      return service.end;
    },
    async stop() {
      child.kill('SIGCONT');
      return await service.stop(GRACE_MS);
    },
    async kill() {
      child.kill('SIGKILL');
      return await service.ended;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    closeOutput() {
      for (const output of outputs) output.destroy();
    },
  };
}
