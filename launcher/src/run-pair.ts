// Keeps both services running on a host without a service manager: `npm start` and `npm run demo`.
// Stops http-service before capture-service, so that viewers are sent home before the pictures end.

import { whenAborted } from '@soft-stream/shared/runtime/abortable';
import { type Clock, sleep, systemClock } from '@soft-stream/shared/runtime/clock';
import type { Logger } from 'pino';
import { planAfterEnd, quickEndsAfter } from './restart-plan.ts';
import { type ServiceProcess, type ServiceSpec, startService } from './service-process.ts';

export interface PairOptions {
  /** in the order of starting; stopped in reverse */
  readonly services: readonly ServiceSpec[];
  readonly log: Logger;
  /** abort: stop everything, it is fine */
  readonly signal: AbortSignal;
  /** aborted by a second Ctrl-C: kill now */
  readonly impatient: AbortSignal;
  readonly clock?: Clock;
}

/** Long enough for the slowest camera program's way through SIGINT, SIGTERM and SIGKILL. */
const GRACE_MS = 15_000;

/** @returns the launcher's exit code: 0 when it was told to stop, else the code that ended it (66, 69, 78) */
export async function runPair(options: PairOptions): Promise<number> {
  const finished = new AbortController();
  const signal = AbortSignal.any([options.signal, finished.signal]);
  const running = new Map<string, ServiceProcess>();
  const killAll = () => {
    for (const service of running.values()) service.kill('SIGKILL');
  };
  options.impatient.addEventListener('abort', killAll, { once: true });
  try {
    const endings = options.services.map((spec) => keepRunning(spec, running, { ...options, signal }));
    const code = await Promise.race([...endings, whenAborted(options.signal).then(() => 0)]);
    finished.abort(code);
    for (const spec of [...options.services].reverse()) await running.get(spec.name)?.stop(GRACE_MS);
    await Promise.all(endings);
    return code;
  } finally {
    options.impatient.removeEventListener('abort', killAll);
  }
}

/** @returns the exit code that ends the pair; 0 after an abort */
async function keepRunning(
  spec: ServiceSpec,
  running: Map<string, ServiceProcess>,
  { log, signal, clock = systemClock }: PairOptions,
): Promise<number> {
  let quickEnds = 0;
  while (!signal.aborted) {
    const startedMs = clock.monotonicMs();
    const service = startService(spec);
    running.set(spec.name, service);
    const end = await service.ended;
    if (signal.aborted) return 0;
    const plan = planAfterEnd(end, quickEnds);
    if (plan.kind === 'end') return plan.exitCode;
    quickEnds = quickEndsAfter(clock.monotonicMs() - startedMs, quickEnds);
    const fields = { program: spec.name, exitCode: end.code, signal: end.signal, nextTryMs: plan.afterMs };
    log.warn(fields, 'service ended unexpectedly, restarting it');
    await sleep(clock, plan.afterMs, signal).catch(() => undefined);
  }
  return 0;
}
