// Our own pages with video: the choice beside the live view, `/webrtc`, and the way back when no video comes.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { openBrowser, skipWithoutChromium, untilPill, visit } from '../browser/chromium.ts';
import { waitFor } from '../harness/wait-for.ts';
import { startVideoPair } from './start-video-pair.ts';

const options = { timeout: 120_000, skip: skipWithoutChromium };
const PLAYED = 'document.getElementById("video").getVideoPlaybackQuality().totalVideoFrames';

test('video is chosen on the page, remembered, stopped and left again; /webrtc plays it too', options, async () => {
  await using pair = await startVideoPair();
  await using browser = await openBrowser();
  const { page, complaints } = await browser.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');

  await page.locator('input[value="video"]').check();
  await waitFor('video frames', async () => Number(await page.evaluate(PLAYED)) > 5);
  await page
    .locator('.cost')
    .filter({ hasText: /\d Mbit\/s/ })
    .waitFor();
  assert.equal(await page.locator('#picture').isVisible(), false);
  await page.reload();
  await waitFor('video frames of the next visit', async () => Number(await page.evaluate(PLAYED)) > 5);

  await page.locator('#play').click();
  await pair.untilStatus(0, 'has no viewer', ({ viewers }) => viewers === 0);
  await page.locator('input[value="pictures"]').check();
  await page.locator('#play').click();
  await untilPill(page, 'Live');
  assert.equal(await page.locator('#video').isVisible(), false);

  await visit(page, pair.url(0, '/webrtc'));
  await waitFor('video frames of /webrtc', async () => Number(await page.evaluate(PLAYED)) > 5);
  assert.deepEqual(complaints, []);
});

test('where video cannot be had the page says why and shows pictures', options, async () => {
  const taken = createSocket('udp4').bind(0);
  await once(taken, 'listening');
  await using pair = await startVideoPair({ webrtc_port: String(taken.address().port) });
  await using browser = await openBrowser();
  const { page } = await browser.newPage();
  await visit(page, pair.url(0));

  await page.locator('input[value="video"]').check();

  await page
    .locator('.why')
    .filter({ hasText: /UDP port \d+ \(webrtc_port\) cannot be used.*pictures instead/ })
    .waitFor();
  await untilPill(page, 'Live');
  assert.equal(await page.locator('#picture').isVisible(), true);
  taken.close();
});
