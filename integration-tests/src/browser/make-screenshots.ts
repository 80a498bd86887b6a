// Draws the pictures of the README anew: node integration-tests/dist/browser/make-screenshots.js [FOLDER]
// The stand-ins for rpicam-apps play the recordings, so there is an autofocus to show.

import { join } from 'node:path';
import { startPair } from '../harness/start-pair.ts';
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
for (const { name, ...options } of VIEWS) {
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
