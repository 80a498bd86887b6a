// The wall in Chromium: 24 cameras over one connection, for long, beside other pages. SOFT_STREAM_LONG=1: ten minutes.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { LONG } from '../faults/long-form.ts';
import { freePorts } from '../harness/free-port.ts';
import { manyCameras } from '../harness/many-cameras.ts';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { openBrowser, skipWithoutChromium, untilPill, visit } from './chromium.ts';

const timeout = 1_200_000;
const options = { skip: skipWithoutChromium, timeout };
const CAMERAS = 24;
const OPEN_MS = LONG ? 600_000 : 40_000;
/** Young heaps grow: what is compared comes after them. */
const WARM_MS = LONG ? 120_000 : 15_000;

async function startWallPair(count: number, env: Record<string, string> = {}) {
  const [port = 0] = await freePorts(1);
  const pair = await startPair({ env: { ...manyCameras(count), wall: '1', wall_port: String(port), ...env } });
  return { pair, port, url: `http://127.0.0.1:${port}/` };
}

/** How many tiles look as they are asked for. */
const tilesIn = (page: Page, view: string) => page.locator(`.wall-tile[data-view="${view}"]`).count();

/** Asked from here: the page's policy forbids what Playwright would evaluate in it again and again. */
async function untilTiles(page: Page, view: string, count: number): Promise<void> {
  await waitFor(`${count} tiles to be ${view}`, async () => (await tilesIn(page, view)) === count, {
    timeoutMs: 120_000,
  });
}

/** Connections of others to this port of 127.0.0.1 that are established. @see proc(5) */
function connectionsTo(port: number): number {
  const target = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote = '', state]) => remote.endsWith(target) && state === '01').length;
}

/** Proportional memory of a process and all below it, in MB. */
function memoryBelow(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'latin1')) ?? [];
      parents.set(Number(name), Number(parent));
    } catch {
      // ENOENT: it ended meanwhile
    }
  }
  const isBelow = (each: number): boolean => each === pid || (each > 1 && isBelow(parents.get(each) ?? 0));
  let kilobytes = 0;
  for (const each of parents.keys()) {
    if (!isBelow(each)) continue;
    try {
      const [, pss] = /^Pss: +(\d+) kB/m.exec(readFileSync(`/proc/${each}/smaps_rollup`, 'latin1')) ?? [];
      kilobytes += Number(pss ?? 0);
    } catch {
      // ENOENT, ESRCH: it ended meanwhile
    }
  }
  return Math.round(kilobytes / 1024);
}

/** The processes of a browser are children of this one, as is each service. */
function browserPid(): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      if (/\(chrom/.test(stat) && stat.includes(`) S ${process.pid} `)) return Number(name);
    } catch {
      // ENOENT: it ended meanwhile
    }
  }
  return -1;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

test('24 cameras on one wall: all live over one connection, nothing grows, other pages load', options, async (t) => {
  const { pair, port, url } = await startWallPair(CAMERAS, { wall_live: '1' });
  await using _pair = pair;
  await using opened = await openBrowser();
  const { page, complaints } = await opened.newPage({ viewport: { width: 1920, height: 1080 } });
  await visit(page, `${url}?kiosk=1`);
  await untilTiles(page, 'live', CAMERAS);
  const [first, last]: [number[], number[]] = [[], []];
  const service: number[] = [];
  const browser = browserPid();
  const startMs = performance.now();
  let mostConnections = 0;
  let fewestLive = CAMERAS;

  while (performance.now() - startMs < OPEN_MS) {
    await sleep(1_000);
    const openMs = performance.now() - startMs;
    if (openMs > WARM_MS) {
      // While it loads, a page has six; they are kept for ten seconds.
      mostConnections = Math.max(mostConnections, connectionsTo(port));
      fewestLive = Math.min(fewestLive, await tilesIn(page, 'live'));
      (openMs < (WARM_MS + OPEN_MS) / 2 ? first : last).push(memoryBelow(browser));
      service.push(memoryBelow(pair.http.pid));
    }
  }
  const another = await page.context().newPage();
  await visit(another, pair.url(0));
  await untilPill(another, 'Live');
  const status = await page.evaluate(`fetch('status').then((answer) => answer.json())`);

  const half = Math.floor(service.length / 2);
  const serviceGrowth = median(service.slice(half)) / median(service.slice(0, half));
  report(t, {
    minutes: OPEN_MS / 60_000,
    mostConnections,
    fewestLive,
    browserMb: [median(first), median(last)],
    serviceMb: [median(service.slice(0, half)), median(service.slice(half))],
  });
  assert.equal((status as { cameras: unknown[] }).cameras.length, CAMERAS);
  assert.ok(mostConnections <= 3, `${mostConnections} connections`);
  assert.ok(fewestLive >= CAMERAS / 2, `only ${fewestLive} tiles were live`);
  assert.ok(median(last) < median(first) * 1.25, `browser: ${median(first)} MB, then ${median(last)} MB`);
  assert.ok(serviceGrowth < 1.25, `http-service has grown ${serviceGrowth} times`);
  assert.deepEqual(complaints, []);
});

test(
  'a wall wakes nobody; a click makes one tile live, the next opens its page, Escape lets it rest',
  options,
  async () => {
    const { pair, url } = await startWallPair(9, { cam0_linger: '1', cam0_group: 'Hall 1', wall_order: 'cam8' });
    await using _pair = pair;
    await using opened = await openBrowser();
    const { page, complaints } = await opened.newPage();
    await visit(page, url);
    await page.locator('#link[data-tone="live"]').waitFor();
    await sleep(2_000);
    assert.equal(await tilesIn(page, 'waiting'), 9);
    for (const camera of [0, 1]) assert.equal((await pair.status(camera)).state, 'idle');
    assert.equal(await page.locator('.wall-tile').first().getAttribute('data-camera'), 'cam8');

    await page.locator('[data-camera="cam0"] .go').press('Enter');
    await pair.untilStatus(0, 'to be watched', ({ viewers, state }) => viewers === 1 && state === 'streaming');
    const link = page.locator('[data-camera="cam0"] .open');
    assert.equal(await link.getAttribute('href'), pair.url(0));
    assert.equal(await page.evaluate(`document.activeElement.className`), 'page open');
    await page.keyboard.press('Escape');
    await pair.untilStatus(0, 'to rest', ({ viewers, state }) => viewers === 0 && state === 'idle');
    await untilTiles(page, 'old', 1);

    assert.match(await page.locator('[data-camera="cam0"] .age').innerText(), /^\d+ s old$/);
    assert.match(
      (await page.locator('[data-camera="cam0"] canvas').getAttribute('aria-label')) ?? '',
      /Ready, \d+ s old/,
    );
    assert.deepEqual(complaints, []);
  },
);

test('http-service killed: the wall says so, and is back by itself', options, async () => {
  const { pair, url } = await startWallPair(2, { wall_live: '1' });
  await using _pair = pair;
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  await visit(page, `${url}?kiosk=1`);
  await untilTiles(page, 'live', 2);

  process.kill(pair.http.pid, 'SIGKILL');
  await page.locator('[data-camera="cam0"] .state').filter({ hasText: 'Connection lost' }).waitFor();
  await untilTiles(page, 'old', 2);
  await pair.startHttp();

  await untilTiles(page, 'live', 2);
});

function report(t: TestContext, figures: object): void {
  t.diagnostic(JSON.stringify(figures));
}
