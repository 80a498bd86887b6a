// Video in Chromium by WHEP, from the pair.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, skipWithoutChromium } from '../browser/chromium.ts';
import { waitFor } from '../harness/wait-for.ts';
import { watchVideo } from './chromium-viewer.ts';
import { startVideoPair } from './start-video-pair.ts';

const options = { timeout: 120_000, skip: skipWithoutChromium };

test(
  'Chromium plays: pixels move, whoever joins later has a picture at once, and who leaves is counted out',
  options,
  async (context) => {
    await using pair = await startVideoPair();
    await using browser = await openBrowser();

    const first = await watchVideo(browser, pair.url(0));
    const second = await watchVideo(browser, pair.url(0), { audio: true });

    context.diagnostic(
      `first decoded frame: cold ${Math.round(first.firstFrameMs)} ms, joining ${Math.round(second.firstFrameMs)} ms`,
    );
    assert.deepEqual(second.tracks, ['video 1'], 'no event for the audio that there is not');
    const before = await second.pixels();
    await waitFor('the pixels to move', async () => (await second.pixels()) !== before);
    assert.equal((await second.stats()).frameWidth, 1280);
    await waitFor('frames that are no key frames', async () => {
      const { framesDecoded, keyFramesDecoded } = await second.stats();
      return framesDecoded > keyFramesDecoded;
    });
    await pair.untilStatus(0, 'counts both', ({ viewers }) => viewers === 2);

    await fetch(pair.url(0, first.location), { method: 'DELETE' });
    await pair.untilStatus(0, 'counts one', ({ viewers }) => viewers === 1);
    // It says no goodbye.
    await second.page.close();
    await pair.untilStatus(0, 'counts none', ({ viewers }) => viewers === 0);
    await pair.http.log.until('video worker ended: nobody watches');
  },
);

test('what is held is held in the video too: the picture is dimmed, and goes on being sent', options, async () => {
  await using pair = await startVideoPair();
  await using browser = await openBrowser();
  const viewer = await watchVideo(browser, pair.url(0));
  const liveBrightness = brightness(await viewer.pixels());

  await pair.capture.kill();
  await waitFor('a dimmed picture', async () => brightness(await viewer.pixels()) < 0.9 * liveBrightness);
  const { framesDecoded } = await viewer.stats();
  await waitFor('pictures to go on', async () => (await viewer.stats()).framesDecoded > framesDecoded);

  const status = JSON.parse(await (await fetch(pair.url(0, '/status'))).text());
  assert.equal(status.captureReachable, false);
  assert.equal(status.picture.kind, 'held');
  assert.equal(status.http.videos, 1);
});

function brightness(pixels: string): number {
  const values = pixels.split(',').map(Number);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
