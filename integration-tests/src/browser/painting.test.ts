// The painting rule: Chromium shows a part only when the headers of the next one have ended. Measured at one frame a
// second, where a frame that waits for its successor is a second late.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startPair } from '../harness/start-pair.ts';
import { readStream } from '../viewer/read-stream.ts';
import { openBrowser, skipWithoutChromium, visit } from './chromium.ts';

const FRAMES = 4;

test('Chromium paints a lone frame before the next one is sent', {
  skip: skipWithoutChromium,
  timeout: 120_000,
}, async (context) => {
  await using pair = await startPair({ cameras: 1, env: { cam0_fps: '1' } });
  await using browser = await openBrowser();
  const { page } = await browser.newPage();
  await visit(page, pair.url(0, '/healthz'));
  await page.setContent(`<img id="stream" src="${pair.url(0, '/stream.mjpg')}">`, { waitUntil: 'commit' });
  const delays: number[] = [];
  const ended = new AbortController();
  let last: string | undefined;

  for await (const part of readStream(pair.url(0, '/stream.mjpg'), { signal: ended.signal })) {
    if (part.kind !== 'live' || part.timestamp === last) continue;
    last = part.timestamp;
    const wanted = await fingerprint(page, `data:image/jpeg;base64,${part.body.toString('base64')}`);
    const untilMs = part.receivedMs + 900;
    while (performance.now() < untilMs && (await fingerprint(page, undefined)) !== wanted) await sleep(5);
    delays.push(Math.round(performance.now() - part.receivedMs));
    if (delays.length === FRAMES) break;
  }
  ended.abort();

  context.diagnostic(`painted after ${delays.join(', ')} ms`);
  // The first one may have come before the page was ready to show it.
  for (const delayMs of delays.slice(1)) assert.ok(delayMs < 900, `${delays.join(', ')} ms`);
});

/** The pixels, made small, of a picture with this address; without one of what the stream shows now. */
function fingerprint(page: Page, address: string | undefined): Promise<string> {
  return page.evaluate(`(async () => {
    let image = document.getElementById('stream');
    const address = ${JSON.stringify(address ?? null)};
    if (address !== null) {
      image = new Image();
      image.src = address;
      await image.decode();
    }
    const canvas = document.createElement('canvas');
    canvas.width = 32;
    canvas.height = 18;
    const drawing = canvas.getContext('2d');
    drawing.drawImage(image, 0, 0, 32, 18);
    return drawing.getImageData(0, 0, 32, 18).data.join();
  })()`);
}
