// Draws the pictures of the README anew: node integration-tests/dist/browser/make-screenshots.js [FOLDER [wall]]
// With `wall` only those of the wall.
// The stand-ins for rpicam-apps play the recordings, so there is an autofocus to show.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../harness/free-port.ts';
import { manyCameras } from '../harness/many-cameras.ts';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createPi, IMX708 } from '../rpicam-standins/create-world.ts';
import { openBrowser, untilPill, visit } from './chromium.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '../../../docs/images');
const VIEWS = [
  { name: 'portal-desktop-light', viewport: { width: 1440, height: 1100 }, colorScheme: 'light' },
  { name: 'portal-desktop-dark', viewport: { width: 1440, height: 1100 }, colorScheme: 'dark' },
  { name: 'portal-phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light', deviceScaleFactor: 2 },
  { name: 'portal-phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', deviceScaleFactor: 2 },
] as const;

using pi = createPi();
await using pair = await startPair({
  env: {
    ...pi.env,
    cam0_name: 'Voron',
    cam0_driver: 'rpicam',
    cam0_recording: '',
    cam0_id: IMX708.id,
    cam0_autofocus: '1',
    cam1_name: 'Prusa',
  },
});
await using opened = await openBrowser();
for (const { name, ...options } of process.argv[3] === 'wall' ? [] : VIEWS) {
  const { page } = await opened.newPage(options);
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');
  await page
    .locator('#fact-fps')
    .filter({ hasText: /^1[45]\.\d fps$/ })
    .waitFor({ timeout: 60_000 });
  await page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 85 });
  await page.context().close();
}

/** The wall with so many cameras; every fourth one rests. */
for (const count of [2, 9, 24]) await photographWall(count);

async function photographWall(count: number): Promise<void> {
  const [port = 0] = await freePorts(1);
  await using _walled = await startPair({
    env: { ...manyCameras(count), ...groups(count), wall: '1', wall_port: String(port), cam1_linger: '0' },
  });
  await using browser = await openBrowser();
  const viewport = count === 24 ? { width: 1920, height: 1080 } : { width: 1440, height: 900 };
  const { page } = await browser.newPage({ viewport, colorScheme: count === 9 ? 'dark' : 'light' });
  const url = `http://127.0.0.1:${port}/`;
  const stops: AbortController[] = [];
  for (let number = 0; number < count; number++) {
    const stop = new AbortController();
    stops.push(stop);
    const watching = await fetch(`${url}cameras/cam${number}/stream.mjpg?fps=1`, { signal: stop.signal });
    void watching.body?.pipeTo(new WritableStream(), { signal: stop.signal }).catch(() => undefined);
  }
  await visit(page, count === 24 ? `${url}?kiosk=1` : url);
  const live = page.locator('.wall-tile[data-view="live"]');
  // Those below the window are not asked for.
  await waitFor('tiles to be live', async () => (await live.count()) >= Math.min(count, 5), { timeoutMs: 60_000 });
  for (const [number, stop] of stops.entries()) if (number % 4 === 1) stop.abort();
  // Widths are chosen, and cameras go to rest.
  await sleep(15_000);
  await page.screenshot({ path: join(folder, `wall-${count}.jpg`), type: 'jpeg', quality: 80 });
  if (count === 9) {
    const { page: phone } = await browser.newPage({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
    await visit(phone, url);
    await sleep(5_000);
    await phone.screenshot({ path: join(folder, 'wall-phone.jpg'), type: 'jpeg', quality: 80 });
  }
  for (const stop of stops) stop.abort();
}

function groups(count: number): Record<string, string> {
  if (count !== 9) return {};
  return Object.fromEntries(
    Array.from({ length: 9 }, (_, number) => [`cam${number}_group`, `Hall ${number < 5 ? 1 : 2}`]),
  );
}
