// The soak: a pair lives through a month in minutes, and holds no more afterwards than before.
//
//   warm up, measure both -> a life in which capture is killed and started again -> measure http
//   warm up, measure both -> a life in which http is killed and started again    -> measure capture
//
// A process that was restarted has nothing to compare, so each service is judged by the life in which the other one dies.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Pair, startPair } from '../harness/start-pair.ts';
import { createPi, IMX708 } from '../rpicam-standins/create-world.ts';
import { type Cost, growth, measureCost } from './cost.ts';
import { happen, type World } from './happenings.ts';
import { createRandom } from './random.ts';

export interface SoakOptions {
  readonly seed: number;
  /** of each of the two lives */
  readonly lifeMs: number;
  /** between two restarts of a service, on average */
  readonly restartEveryMs: number;
  /** things that go on at the same time */
  readonly concurrency: number;
  report(line: string): void;
}

export interface Verdict {
  readonly service: string;
  readonly before: Cost;
  readonly after: Cost;
  /** empty: nothing has grown */
  readonly growth: readonly string[];
}

export interface SoakResult {
  readonly verdicts: readonly Verdict[];
  readonly counts: ReadonlyMap<string, number>;
}

const WARM_UP_SHARE = 0.25;
const QUIET_WITHIN_MS = 90_000;
/** The last timer that is left then: http looks for idle connections every 5 s until there are none. */
const SETTLED_AFTER_MS = 5_500;

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const random = createRandom(options.seed);
  const counts = new Map<string, number>();
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
  const world: World = { pair, pi, random, counts };

  const live = async (name: 'capture' | 'http', verdictOf: 'capture' | 'http'): Promise<Verdict> => {
    options.report(`warming up, then a life in which ${name} is killed and started again`);
    await liveFor(world, options, options.lifeMs * WARM_UP_SHARE, undefined);
    await untilQuiet(pair);
    const { pid } = pair[verdictOf];
    const before = await measureCost(pid, pair.runDir);
    await liveFor(world, options, options.lifeMs, name);
    await untilQuiet(pair);
    const after = await measureCost(pid, pair.runDir);
    return { service: `${verdictOf}-service`, before, after, growth: growth(before, after) };
  };
  const verdicts = [await live('capture', 'http'), await live('http', 'capture')];
  return { verdicts, counts };
}

async function liveFor(
  world: World,
  { concurrency, restartEveryMs }: SoakOptions,
  lifeMs: number,
  restarted: 'capture' | 'http' | undefined,
): Promise<void> {
  const endMs = performance.now() + lifeMs;
  const isAlive = () => performance.now() < endMs;
  const visitors = Array.from({ length: concurrency }, async () => {
    while (isAlive()) {
      await happen(world);
      await sleep(world.random.integer(0, 50));
    }
  });
  const restarts = async () => {
    while (restarted !== undefined && isAlive()) {
      await sleep(restartEveryMs * (0.5 + world.random.next()));
      await restart(world, restarted);
    }
  };
  await Promise.all([...visitors, restarts()]);
}

async function restart({ pair, random, counts }: World, service: 'capture' | 'http'): Promise<void> {
  const how = random.pick<'kill' | 'stop'>(['kill', 'stop']);
  counts.set(`${service} ${how}`, (counts.get(`${service} ${how}`) ?? 0) + 1);
  await pair[service][how]();
  await sleep(random.integer(0, 1_000));
  await (service === 'capture' ? pair.startCapture() : pair.startHttp());
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
  await sleep(SETTLED_AFTER_MS);
}
