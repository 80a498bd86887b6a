// One row: put a load on a server, let it settle, count for some seconds.

import type { ChildProcess } from 'node:child_process';
import type { LoadPlan, LoadReport } from './load.ts';
import { cpuMs, type Memory, memory } from './process-cost.ts';
import { type BenchSettings, type Served, startLoad } from './servers.ts';

export interface Row extends LoadReport {
  readonly server: string;
  readonly label: string;
  /** of all measured processes together */
  readonly cpuMsPerThousandFrames: number;
  /** the same divided by the frames that the cameras published, however many viewers each was delivered to */
  readonly cpuMsPerPublishedFrame: number;
  /** percent of one core */
  readonly cpuPercent: number;
  readonly captureCpuPercent: number | undefined;
  readonly memory: readonly Memory[];
  readonly memoryGrowthMb: number;
}

function answer<Key extends string, Value>(load: ChildProcess, key: Key): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the load generator did not say '${key}' within 60 s`)), 60_000);
    const onMessage = (message: Record<string, unknown>) => {
      if (!(key in message)) return;
      clearTimeout(timer);
      load.off('message', onMessage);
      resolve(message[key] as Value);
    };
    load.on('message', onMessage);
  });
}

export async function measure(
  settings: BenchSettings,
  served: Served,
  label: string,
  plan: LoadPlan,
  seconds: number,
): Promise<Row> {
  const load = startLoad(settings);
  try {
    const ready = answer(load, 'ready');
    load.send({ start: plan });
    await ready;
    await pause(Math.min(1, seconds / 2));
    const reset = answer(load, 'reset');
    load.send('reset');
    await reset;
    const before = {
      all: cpuMs(served.pids),
      capture: served.capturePid ? cpuMs([served.capturePid]) : 0,
      rss: rss(served),
    };
    await pause(seconds);
    const report = answer<'report', LoadReport>(load, 'report');
    load.send('report');
    const result = await report;
    const cpu = cpuMs(served.pids) - before.all;
    const frames = result.fast.frames + result.slow.frames;
    const published = result.fast.framesPerViewer.max * plan.targets.length; // the viewer that missed least saw them all
    return {
      ...result,
      server: served.name,
      label,
      cpuMsPerThousandFrames: (cpu / Math.max(1, frames)) * 1000,
      cpuMsPerPublishedFrame: cpu / Math.max(1, published),
      cpuPercent: cpu / result.seconds / 10,
      captureCpuPercent: served.capturePid
        ? (cpuMs([served.capturePid]) - before.capture) / result.seconds / 10
        : undefined,
      memory: served.pids.map(memory),
      memoryGrowthMb: rss(served) - before.rss,
    };
  } finally {
    load.disconnect();
  }
}

export const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const rss = (served: Served) => served.pids.reduce((total, pid) => total + memory(pid).rssMb, 0);
