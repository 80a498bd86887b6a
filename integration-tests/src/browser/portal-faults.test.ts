import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createPi } from '../rpicam-standins/create-world.ts';
import { accessibilityFindings } from './accessibility.ts';
import { openBrowser, pictureNow, skipWithoutChromium, untilPill, visit } from './chromium.ts';

const options = { skip: skipWithoutChromium, timeout: 180_000 };

test('capture killed: the page says so, keeps its connection, and is live again when it is back', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page, complaints } = await opened.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');

  await pair.capture.kill();
  await untilPill(page, 'Camera service unreachable');
  await pair.startCapture();
  await untilPill(page, 'Live');
  const first = await pictureNow(page);
  await waitFor('the picture to move', async () => (await pictureNow(page)) !== first);

  assert.deepEqual(complaints, []);
});

test('http-service killed: connection lost at once, and back by itself', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');

  await pair.http.kill();
  await untilPill(page, 'Connection lost');
  const veil = await page.locator('#veil').innerText();
  const findings = await accessibilityFindings(page);
  await pair.startHttp();
  await untilPill(page, 'Live');
  const status = await pair.untilStatus(0, 'to have one viewer', ({ viewers }) => viewers === 1);

  assert.match(veil, /The picture is from /);
  assert.deepEqual(findings, []);
  assert.equal(status.leases, 1);
});

test('http-service frozen: the page notices the silence', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');

  pair.http.freeze();
  await untilPill(page, 'Connection lost');
  pair.http.thaw();

  await untilPill(page, 'Live');
});

test('a camera held off by the operator is "Switched off"', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');

  await pair.camctl('stop', 'cam0');
  await untilPill(page, 'Switched off');
  await pair.camctl('auto', 'cam0');

  await untilPill(page, 'Live');
});

test('each fault of a camera has its words, and goes away by itself', options, async () => {
  using pi = createPi();
  await using pair = await startPair({
    cameras: 1,
    env: {
      ...pi.env,
      cam0_driver: 'rpicam',
      cam0_recording: '',
      cam0_id: '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a',
      cam0_autofocus: '1',
      cam0_watchdog_timeout: '4',
    },
  });
  await using opened = await openBrowser();
  const { page, complaints } = await opened.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live', 40_000);

  pi.setFaults('imx708', { stall: true });
  await untilPill(page, 'Held');
  const held = await page.locator('#pill .detail').innerText();
  await untilPill(page, 'Restarting', 40_000);
  const reason = await page.locator('#sentence').innerText();
  pi.setFaults('imx708', {});
  await untilPill(page, 'Live', 60_000);
  const restarts = await page.locator('#fact-restarts').innerText();
  await page.getByRole('button', { name: 'Focus', exact: true }).click();
  await page
    .locator('#note')
    .getByText(/^Focus: in focus/)
    .waitFor({ timeout: 30_000 });
  pi.unplug('imx708');
  pi.setFaults('imx708', { stall: true });
  await untilPill(page, 'Camera not connected', 60_000);

  assert.match(held, /^picture \d+ s old$/);
  assert.match(reason, /pictures stopped arriving/);
  assert.match(restarts, /1 × pictures stopped arriving/);
  assert.deepEqual(complaints, []);
});
