// Video over a line that loses one datagram in twenty, both ways, as wifi at its edge does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, skipWithoutChromium } from '../browser/chromium.ts';
import { waitFor } from '../harness/wait-for.ts';
import { watchVideo } from './chromium-viewer.ts';
import { startLossyRelay } from './lossy-relay.ts';
import { freeUdpPort, startVideoPair } from './start-video-pair.ts';

const FRAMES = 150;

test('with 5 % loss Chromium plays on: lost packets come again, and hardly a frame is missing', {
  timeout: 120_000,
  skip: skipWithoutChromium,
}, async (context) => {
  const port = await freeUdpPort();
  await using pair = await startVideoPair({ webrtc_port: String(port) });
  await using relay = await startLossyRelay(port, 0.05);
  await using browser = await openBrowser();

  const viewer = await watchVideo(browser, pair.url(0), { ports: { [port]: relay.port } });
  const before = await viewer.stats();
  await waitFor(`${FRAMES} frames`, async () => (await viewer.stats()).framesDecoded >= before.framesDecoded + FRAMES);
  const after = await viewer.stats();

  context.diagnostic(JSON.stringify({ passed: relay.passed, lost: relay.lost, ...after }));
  assert.ok(after.bytesReceived < 1.1 * relay.passed * 1500, 'all of it came through the relay');
  assert.ok(relay.lost > 20);
  assert.ok(after.nackCount > 0, 'Chromium asked again for what was lost');
  assert.ok(after.framesDropped < 0.1 * FRAMES, `${after.framesDropped} frames dropped`);
  assert.ok(after.freezeS < 0.1 * (FRAMES / 15), `frozen for ${after.freezeS} s of ${FRAMES / 15}`);
});
