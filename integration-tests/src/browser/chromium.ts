// A headless Chromium and a page of it that remembers everything it complained about.

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's; another one by CHROMIUM. */
const EXECUTABLE = process.env['CHROMIUM'] || '/usr/bin/chromium';

/** For `test(..., { skip })`: the reason why browser tests cannot run here, or false. */
export const skipWithoutChromium = existsSync(EXECUTABLE) ? false : `no Chromium at ${EXECUTABLE} (set CHROMIUM)`;

/** What Chromium says when a network interface of this machine comes or goes (containers beside us): not our doing. */
const NETWORK_CHANGED = 'ERR_NETWORK_CHANGED';

export interface OpenedBrowser extends AsyncDisposable {
  readonly browser: Browser;
  /** A page in a profile of its own; `open` has not been called on it yet. */
  newPage(options?: BrowserContextOptions): Promise<WatchedPage>;
}

export interface WatchedPage {
  readonly page: Page;
  /** errors and warnings of the console (CSP violations are among them), and exceptions of scripts */
  readonly complaints: readonly string[];
}

export async function openBrowser(): Promise<OpenedBrowser> {
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    browser,
    async newPage(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()) && !message.text().includes(NETWORK_CHANGED))
          complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      return { page, complaints };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
    },
  };
}

/** `page.goto`, again when the machine's network changed in the middle of it. */
export async function visit(page: Page, url: string, waitUntil: 'load' | 'commit' = 'load'): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await page.goto(url, { waitUntil });
      return;
    } catch (error) {
      if (attempt === 3 || !String(error).includes(NETWORK_CHANGED)) throw error;
    }
  }
}

/** Waits until the pill of the portal page says `title`. */
export async function untilPill(page: Page, title: string | RegExp, timeoutMs = 20_000): Promise<void> {
  await page
    .locator('#pill .title')
    .filter({ hasText: typeof title === 'string' ? new RegExp(`^${title}$`) : title })
    .waitFor({ timeout: timeoutMs })
    .catch(async (cause) => {
      throw new Error(`the pill says ${await page.locator('#pill').innerText()}, not ${String(title)}`, { cause });
    });
}

/** A fingerprint of what the live picture shows at this moment. */
export async function pictureNow(page: Page): Promise<string> {
  return await page.evaluate(`(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 36;
    const context = canvas.getContext('2d');
    context.drawImage(document.getElementById('picture'), 0, 0, 64, 36);
    return context.getImageData(0, 0, 64, 36).data.join();
  })()`);
}
