import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { accessibilityFindings } from './accessibility.ts';
import { openBrowser, pictureNow, skipWithoutChromium, untilPill, visit } from './chromium.ts';

const options = { skip: skipWithoutChromium, timeout: 120_000 };

test(
  'the live picture moves, the pill tells the measured rate, and the browser has no complaint',
  options,
  async () => {
    await using pair = await startPair();
    await using opened = await openBrowser();
    const { page, complaints } = await opened.newPage();

    await visit(page, pair.url(0));
    await untilPill(page, 'Live');
    const first = await pictureNow(page);
    await waitFor('the picture to move', async () => (await pictureNow(page)) !== first);
    await waitFor('a rate', async () => /^\d+\.\d fps$/.test(await page.locator('#pill .detail').innerText()));

    assert.deepEqual(complaints, []);
  },
);

test('stopping the live view lets the camera rest, starting it brings the picture back', options, async () => {
  await using pair = await startPair({ cameras: 1, env: { cam0_linger: '1' } });
  await using opened = await openBrowser();
  const { page, complaints } = await opened.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');

  await page.getByRole('button', { name: 'Stop live view' }).first().click();
  await untilPill(page, 'Ready');
  const resting = await pair.status(0);
  await page.locator('#play').click();
  await untilPill(page, 'Live');

  assert.equal(resting.viewers, 0);
  assert.equal((await pair.status(0)).viewers, 1);
  assert.deepEqual(complaints, []);
});

test('the other camera is one click away', options, async () => {
  await using pair = await startPair();
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  await visit(page, pair.url(0));

  const href = await page.locator('#cameras a:not([aria-current])').getAttribute('href');

  assert.equal(href, pair.url(1));
});

test('a snapshot is shown with its size, and can be saved', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page, complaints } = await opened.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');

  await page.getByRole('button', { name: 'Snapshot', exact: true }).click();
  await page.locator('#still[data-phase="done"]').waitFor();
  const result = await page.locator('#still .result').innerText();
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#still .save').click()]);

  assert.match(result, /^1280 × 720, \d+ KB, taken at /);
  assert.match(download.suggestedFilename(), /^Printer-1-front \d{4}-\d\d-\d\d \d\d-\d\d-\d\d\.jpg$/);
  assert.deepEqual(await accessibilityFindings(page), []);
  assert.deepEqual(complaints, []);
});

test('every address can be copied, and is the one that this browser reaches', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  await visit(page, pair.url(0));

  const addresses = await page
    .locator('#addresses input')
    .evaluateAll((inputs: { value: string }[]) => inputs.map((input) => input.value));
  await page.locator('#addresses button').first().click();
  await page.locator('#addresses button').first().getByText('Copied').waitFor();

  assert.deepEqual(addresses, [
    pair.url(0, '/?action=stream'),
    pair.url(0, '/?action=snapshot'),
    pair.url(0, '/stream.mjpg'),
    pair.url(0, '/snapshot.jpg?width=1280&max_age=5000'),
  ]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 768, height: 1024 },
    { width: 390, height: 844 },
    { width: 320, height: 568 },
  ]) {
    test(`at ${viewport.width} px, ${colorScheme}, nothing is cut off and axe finds nothing`, options, async () => {
      await using pair = await startPair({ cameras: 1 });
      await using opened = await openBrowser();
      const { page, complaints } = await opened.newPage({ viewport, colorScheme });

      await visit(page, pair.url(0));
      await untilPill(page, 'Live');

      const width = await page.evaluate('document.documentElement.scrollWidth');
      assert.equal(width, viewport.width);
      const background: string = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      assert.equal(background, colorScheme === 'dark' ? 'rgb(14, 18, 17)' : 'rgb(244, 246, 244)');
      assert.deepEqual(await accessibilityFindings(page), []);
      assert.deepEqual(complaints, []);
    });
  }
}

test('the WebRTC page has nothing that axe finds', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page, complaints } = await opened.newPage();

  await visit(page, pair.url(0, '/webrtc'));

  assert.deepEqual(await accessibilityFindings(page), []);
  assert.deepEqual(complaints, []);
});

test('everything but the picture weighs less than 60 KB', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) => {
    if (!request.url().startsWith('http')) return;
    sizes.push(
      request.sizes().then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
    );
  });

  await visit(page, pair.url(0));
  await untilPill(page, 'Live');
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);

  assert.ok(sizes.length > 10);
  assert.ok(bytes < 60_000, `${bytes} bytes`);
});
