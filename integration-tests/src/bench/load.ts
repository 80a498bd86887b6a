// The load generator, a process of its own: N viewers on one or two addresses, told over IPC when to count.
// Parent sends {start: LoadPlan}, then 'reset', then 'report', and gets {ready}, {reset}, {report: LoadReport}.

import { frameTemplate } from './stamped-frame.ts';
import { openViewer, type Viewer, type ViewerTarget } from './viewer.ts';

export interface LoadPlan {
  readonly targets: readonly ViewerTarget[];
  /** viewers that read as fast as they can, spread over the targets */
  readonly fast: number;
  readonly slow: number;
  /** what each slow viewer reads; 0 = nothing */
  readonly slowBytesPerSecond: number;
}

export interface LatencyReport {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface GroupReport {
  readonly viewers: number;
  readonly frames: number;
  readonly damaged: number;
  readonly missed: number;
  readonly closed: number;
  readonly framesPerViewer: { readonly min: number; readonly median: number; readonly max: number };
  readonly latencyMs: LatencyReport;
  readonly firstFrameMs: number | undefined;
}

export interface LoadReport {
  readonly seconds: number;
  readonly fast: GroupReport;
  readonly slow: GroupReport;
}

const template = frameTemplate(process.env['BENCH_RECORDING'] ?? '', Number(process.env['BENCH_FRAME_BYTES']));

interface Group {
  readonly viewers: Viewer[];
  latencies: number[];
}

const groups: { fast: Group; slow: Group } = {
  fast: { viewers: [], latencies: [] },
  slow: { viewers: [], latencies: [] },
};
let countingSince = performance.now();

process.on('message', (message: { start: LoadPlan } | 'reset' | 'report') => {
  if (message === 'reset') reset();
  else if (message === 'report') process.send?.({ report: report() });
  else start(message.start);
});
process.on('disconnect', () => process.exit(0));

function start(plan: LoadPlan): void {
  const open = (group: Group, count: number, bytesPerSecond?: number) => {
    for (let at = 0; at < count; at++) {
      const target = plan.targets[at % plan.targets.length];
      if (target) group.viewers.push(openViewer(target, template, (ms) => group.latencies.push(ms), bytesPerSecond));
    }
  };
  open(groups.fast, plan.fast);
  open(groups.slow, plan.slow, plan.slowBytesPerSecond);
  const allFlow = setInterval(() => {
    if (!groups.fast.viewers.every(({ result }) => result.frames > 0 || result.closed)) return;
    clearInterval(allFlow);
    process.send?.({ ready: true });
  }, 20);
}

function reset(): void {
  for (const group of Object.values(groups)) {
    group.latencies = [];
    for (const viewer of group.viewers) viewer.reset();
  }
  countingSince = performance.now();
  process.send?.({ reset: true });
}

function report(): LoadReport {
  return {
    seconds: (performance.now() - countingSince) / 1000,
    fast: describe(groups.fast),
    slow: describe(groups.slow),
  };
}

function describe({ viewers, latencies }: Group): GroupReport {
  const results = viewers.map((viewer) => viewer.result);
  const sum = (pick: (result: Viewer['result']) => number) => results.reduce((total, each) => total + pick(each), 0);
  const frames = results.map((each) => each.frames).sort((a, b) => a - b);
  const firsts = results.flatMap((each) => each.firstFrameMs ?? []).sort((a, b) => a - b);
  return {
    viewers: viewers.length,
    frames: sum((each) => each.frames),
    damaged: sum((each) => each.damaged),
    missed: sum((each) => each.missed),
    closed: sum((each) => (each.closed ? 1 : 0)),
    framesPerViewer: {
      min: frames[0] ?? 0,
      median: frames[Math.floor(frames.length / 2)] ?? 0,
      max: frames.at(-1) ?? 0,
    },
    latencyMs: percentiles(latencies),
    firstFrameMs: firsts[0],
  };
}

function percentiles(values: number[]): LatencyReport {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}
