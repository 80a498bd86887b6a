// Draws the pictures of the README anew: node integration-tests/dist/browser/make-screenshots.js [FOLDER]
// The pair plays its recordings; so a new picture differs from the last one only where the page does, and by the frame.

import { join } from 'node:path';
import { startPair } from '../harness/start-pair.ts';
import { openBrowser, untilPill, visit } from './chromium.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '../../../docs/images');
const VIEWS = [
  { name: 'portal-desktop-light', viewport: { width: 1440, height: 1100 }, colorScheme: 'light' },
  { name: 'portal-desktop-dark', viewport: { width: 1440, height: 1100 }, colorScheme: 'dark' },
  { name: 'portal-phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light', deviceScaleFactor: 2 },
  { name: 'portal-phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', deviceScaleFactor: 2 },
] as const;

await using pair = await startPair({ env: { cam0_name: 'Voron', cam1_name: 'Prusa' } });
await using opened = await openBrowser();
for (const { name, ...options } of VIEWS) {
  const { page } = await opened.newPage(options);
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');
  await page.locator('#fact-viewers').filter({ hasText: '1 viewer' }).waitFor();
  await page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 85 });
  await page.context().close();
}
