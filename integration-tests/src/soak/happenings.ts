// What happens to a camera box in a month, drawn by chance: visitors of every kind, stills, faults, restarts.

import { get, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pair } from '../harness/start-pair.ts';
import type { StandinPi } from '../rpicam-standins/create-world.ts';
import type { Faults } from '../rpicam-standins/world.ts';
import type { Random } from './random.ts';

export interface World {
  readonly pair: Pair;
  readonly pi: StandinPi;
  readonly random: Random;
  /** what happened -> how often */
  readonly counts: Map<string, number>;
}

const FAULTS: readonly [Faults, ...Faults[]] = [
  { stall: true },
  { exitAfterFrames: 5 },
  { garbageBytes: 5_000 },
  { truncated: true },
  { torn: true },
  { endless: true },
  { acquireFails: true },
  { stderrLines: 50 },
  { ignoreSignals: true },
  { still: 'fails' },
  { autofocus: 'failed' },
];
const SNAPSHOTS: readonly [string, ...string[]] = ['', '?width=320', '?quality=40', '?fresh=1', '?full=1', '?width=x'];
const MAY_TAKE_MS = 15_000;

export type Happening = readonly [what: string, times: number, run: (world: World) => Promise<unknown>];

/** How often each happens in a cycle of scale 1. Refusals are answers like any other. */
const HAPPENINGS: readonly Happening[] = [
  ['viewer', 50, (world) => stay(world, '/stream.mjpg')],
  ['viewer through the old name', 5, (world) => stay(world, '/?action=stream&fps=5')],
  ['listener to events', 10, (world) => stay(world, '/events')],
  ['snapshot', 15, (world) => fetchPath(world, `/snapshot.jpg${world.random.pick(SNAPSHOTS)}`)],
  ['page, status or metrics', 12, (world) => fetchPath(world, world.random.pick(['/', '/status', '/metrics', '/no']))],
  ['autofocus', 2, (world) => fetchPath(world, '/autofocus', 'POST')],
  ['half a request', 3, (world) => halfARequest(world)],
  ['stranger on the broker', 3, (world) => strangerOnBroker(world)],
  ['fault', 4, (world) => fault(world)],
  ['camera unplugged', 1, (world) => unplugged(world)],
];

/** A cycle: always as many of each; their order, and all about them, is chance. */
export function drawCycle({ random }: World, scale: number): Happening[] {
  return HAPPENINGS.flatMap((each) => Array.from({ length: Math.ceil(each[1] * scale) }, () => each))
    .map((happening) => ({ happening, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ happening }) => happening);
}

export async function happen(world: World, [what, , run]: Happening): Promise<void> {
  count(world, what);
  await run(world);
}

export function count({ counts }: World, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

const anyCamera = ({ random }: World) => random.integer(0, 1);

/** Opens an endless answer and leaves after a while, in the middle of whatever comes. */
async function stay(world: World, path: string): Promise<void> {
  const asked = get(world.pair.url(anyCamera(world), path), { agent: false }, (response) => {
    response.on('error', () => {});
    if (world.random.next() < 0.9) response.resume();
  });
  asked.on('error', () => {});
  await sleep(world.random.integer(0, 1_500));
  asked.destroy();
}

function fetchPath(world: World, path: string, method = 'GET'): Promise<void> {
  return new Promise((resolve) => {
    const asked = request(world.pair.url(anyCamera(world), path), { method, agent: false, timeout: MAY_TAKE_MS });
    asked.on('response', (response) => response.on('error', () => {}).resume());
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => {});
    asked.on('close', () => resolve());
    asked.end();
  });
}

async function halfARequest(world: World): Promise<void> {
  const { port } = new URL(world.pair.url(anyCamera(world)));
  const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
  socket.write('GET /snapshot.jpg HTTP/1.1\r\nHo');
  await sleep(world.random.integer(0, 500));
  socket.destroy();
}

async function strangerOnBroker(world: World): Promise<void> {
  const socket = connect(join(world.pair.runDir, 'broker.sock')).on('error', () => {});
  const lease = { jsonrpc: '2.0', id: 1, method: 'lease.open', params: { camera: 'cam1', viewers: 3 } };
  socket.write(`${JSON.stringify(lease)}\n{"half":`);
  await sleep(world.random.integer(0, 500));
  socket.destroy();
}

async function fault({ pi, random }: World): Promise<void> {
  pi.setFaults('imx708', random.pick(FAULTS));
  await sleep(random.integer(500, 3_000));
  pi.setFaults('imx708', {});
}

async function unplugged({ pi, random }: World): Promise<void> {
  pi.unplug('imx708');
  await sleep(random.integer(200, 1_500));
  pi.plug('imx708');
}
