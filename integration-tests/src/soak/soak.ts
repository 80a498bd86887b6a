// The soak: a camera box lives through months in minutes. Two lives side by side, each of equal cycles:
//
//   measure -> visits, stills, faults and restarts of capture -> quiet, measure -> ... again and again: judges http
//   measure -> the same with restarts of http                 -> quiet, measure -> ... again and again: judges capture
//
// A process that was restarted has nothing to compare, so each service is judged by the life in which the other one dies.

import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLine } from '../harness/log-lines.ts';
import { type Pair, startPair } from '../harness/start-pair.ts';
import { createPi, IMX708 } from '../rpicam-standins/create-world.ts';
import { type Cost, measureCost } from './cost.ts';
import { count, drawCycle, happen, type World } from './happenings.ts';
import { growthOf } from './judge.ts';
import { createRandom } from './random.ts';

export interface SoakOptions {
  readonly seed: number;
  /** at least three; asked before each one that follows */
  goesOn(cyclesDone: number): boolean;
  /** happenings in a cycle: 1 is about a hundred */
  readonly scale: number;
  readonly restartsPerCycle: number;
  /** things that go on at the same time in each life */
  readonly concurrency: number;
  report(line: string): void;
}

export interface Life {
  readonly service: Service;
  /** before the first visitor */
  readonly start: Cost;
  readonly cycles: readonly Cost[];
  /** empty: nothing has grown */
  readonly growth: readonly string[];
}

export interface SoakResult {
  readonly lives: readonly Life[];
  /** what happened, in both lives together -> how often */
  readonly counts: ReadonlyMap<string, number>;
}

type Service = 'capture' | 'http';

const QUIET_WITHIN_MS = 90_000;
/** Lines of the services' logs that are happenings too. */
const COUNTED_LINES: Readonly<Record<string, string>> = {
  'camera streams': 'start of a camera',
  'still taken': 'still',
  'camera restarts': 'restart of a camera',
};

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const counts = new Map<string, number>();
  const lives = await Promise.all([
    live('http', options, counts, options.seed),
    live('capture', options, counts, options.seed + 1),
  ]);
  return { lives, counts };
}

/** @param service is judged; the other one is killed, stopped and started again */
async function live(service: Service, options: SoakOptions, counts: Map<string, number>, seed: number): Promise<Life> {
  const dying = service === 'http' ? 'capture' : 'http';
  using pi = createPi([IMX708], 0.2);
  await using pair = await startPair({
    env: {
      ...pi.env,
      NODE_OPTIONS: `--import=${new URL('probe.js', import.meta.url).href}`,
      log_level: 'info',
      cam0_driver: 'rpicam',
      cam0_index: '0',
      cam0_autofocus: '1',
      cam0_linger: '1',
      cam0_watchdog_timeout: '1',
      cam0_full_interval: '1',
      cam1_linger: '1',
      cam1_full_interval: '1',
      cam1_idle_snapshot: 'stream',
    },
  });
  const world: World = { pair, pi, random: createRandom(seed), counts };
  const { pid } = pair[service];
  const start = await measureCost(pid, pair.runDir);
  const cycles: Cost[] = [];
  do {
    await Promise.all([visits(world, options), restarts(world, dying, options.restartsPerCycle)]);
    await untilQuiet(pair);
    const cost = await measureCost(pid, pair.runDir);
    cycles.push(cost);
    options.report(`${service} cycle ${cycles.length}: ${JSON.stringify(cost)}`);
  } while (options.goesOn(cycles.length));
  countLines(world, pair.capture.log.lines);
  return { service, start, cycles, growth: growthOf(start, cycles) };
}

async function visits(world: World, { scale, concurrency }: SoakOptions): Promise<void> {
  const left = drawCycle(world, scale);
  const visitor = async () => {
    for (let next = left.pop(); next; next = left.pop()) await happen(world, next);
  };
  await Promise.all(Array.from({ length: concurrency }, visitor));
}

async function restarts(world: World, service: Service, times: number): Promise<void> {
  const { pair, random } = world;
  for (let time = 0; time < times; time++) {
    await sleep(random.integer(500, 3_000));
    const how = random.pick<'kill' | 'stop'>(['kill', 'stop']);
    count(world, `${service} ${how}`);
    if (service === 'capture') countLines(world, pair.capture.log.lines);
    await pair[service][how]();
    await sleep(random.integer(0, 1_000));
    await (service === 'capture' ? pair.startCapture() : pair.startHttp());
  }
}

function countLines(world: World, lines: readonly LogLine[]): void {
  for (const { msg } of lines) {
    const what = COUNTED_LINES[msg];
    if (what) count(world, what);
  }
}

/** Nobody looks any more, and every camera has noticed. */
async function untilQuiet(pair: Pair): Promise<void> {
  const deadline = AbortSignal.timeout(QUIET_WITHIN_MS);
  for (const camera of [0, 1]) {
    for (;;) {
      deadline.throwIfAborted();
      const response = await fetch(pair.url(camera, '/status'), { headers: { Connection: 'close' } });
      const { state, viewers, leases } = (await response.json()) as { state: string; viewers: number; leases: number };
      if (['idle', 'absent', 'failed'].includes(state) && viewers === 0 && leases === 0) break;
      await sleep(250);
    }
  }
}
