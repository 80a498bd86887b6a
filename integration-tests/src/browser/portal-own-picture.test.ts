// What the page says is about its own picture: refused, stopped, closed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { watch } from '../viewer/watch.ts';
import { accessibilityFindings } from './accessibility.ts';
import { openBrowser, skipWithoutChromium, untilPill, visit } from './chromium.ts';

const options = { skip: skipWithoutChromium, timeout: 120_000 };

test('a page that the camera has no place for says so, asks once, and is live when there is one', options, async () => {
  await using pair = await startPair({ cameras: 1, env: { cam0_max_viewers: '1' } });
  const other = await watch(pair.url(0, '/stream.mjpg'));
  await pair.untilStatus(0, 'to stream', ({ state }) => state === 'streaming');
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('stream.mjpg') && request.method() === 'GET') asked.push(request.url());
  });

  await visit(page, pair.url(0));
  await untilPill(page, 'Too many viewers');
  await waitFor('the time of the next try', async () =>
    /next try in [789] s/.test(await page.locator('#pill .detail').innerText()),
  );
  const sentence = await page.locator('#sentence').innerText();
  const veil = await page.locator('#veil').innerText();
  const metrics = await (await fetch(pair.url(0, '/metrics'))).text();
  const findings = await accessibilityFindings(page);
  const askedBefore = asked.length;
  await other[Symbol.asyncDispose]();
  await untilPill(page, 'Live');

  assert.match(sentence, /reached its viewer limit\. This page tries again in \d+ s\./);
  assert.match(veil, /Too many viewers/);
  assert.equal(askedBefore, 1);
  assert.match(metrics, /viewers_refused_total\{camera="cam0",reason="limit"\} 1\n/);
  assert.deepEqual(findings, []);
});

test('a page whose picture was stopped is not called live, though others watch', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using _other = await watch(pair.url(0, '/stream.mjpg'));
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');

  await page.locator('#play').click();
  await untilPill(page, 'On');

  assert.equal(await page.locator('#pill').getAttribute('data-tone'), 'off');
});

test('a page that is left complains of nothing, live or stopped', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  for (const isStopped of [false, true]) {
    const { page, complaints } = await opened.newPage();
    await visit(page, pair.url(0));
    await untilPill(page, 'Live');
    if (isStopped) await page.locator('#play').click();

    await page.goto('about:blank');
    await pair.untilStatus(0, 'to have no viewer', ({ viewers }) => viewers === 0);

    assert.deepEqual(complaints, []);
  }
});

test('after a failed snapshot there is nothing to open or to save, and no black box', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');
  await page.getByRole('button', { name: 'Snapshot', exact: true }).click();
  await page.locator('#still[data-phase="done"]').waitFor();

  await pair.capture.kill();
  await page.locator('#still .take').click();
  await page.locator('#still[data-phase="failed"]').waitFor();

  for (const link of ['.open', '.save']) {
    assert.equal(await page.locator(`#still ${link}`).getAttribute('href'), null);
    assert.equal(await page.locator(`#still ${link}`).getAttribute('aria-disabled'), 'true');
  }
  assert.equal(await page.locator('#still .still-frame').isVisible(), false);
  assert.match(await page.locator('#still .result').innerText(), /^No snapshot: \S/);
  assert.deepEqual(await accessibilityFindings(page), []);
});

test('a snapshot stands in the middle of its dialog in a low window', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page } = await opened.newPage({ viewport: { width: 1280, height: 700 } });
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');

  await page.getByRole('button', { name: 'Snapshot', exact: true }).click();
  await page.locator('#still[data-phase="done"]').waitFor();
  const dialog = await page.locator('#still').boundingBox();
  const image = await page.locator('#still .still-image').boundingBox();

  assert.ok(dialog && image);
  const centre = (box: { x: number; width: number }) => box.x + box.width / 2;
  assert.ok(Math.abs(centre(dialog) - centre(image)) < 2, `${centre(dialog)} and ${centre(image)}`);
});

for (const [width, autofocus] of [
  [320, '0'],
  [390, '0'],
  [600, '0'],
  [390, '1'],
  [600, '1'],
] as const) {
  test(`at ${width} px, autofocus ${autofocus}, no button is alone in its row`, options, async () => {
    await using pair = await startPair({ cameras: 1, env: { cam0_autofocus: autofocus } });
    await using opened = await openBrowser();
    const { page } = await opened.newPage({ viewport: { width, height: 844 } });
    await visit(page, pair.url(0));
    await untilPill(page, 'Live');

    const tops = await page
      .locator('#controls button:visible')
      .evaluateAll((buttons: { offsetTop: number }[]) => buttons.map(({ offsetTop }) => offsetTop));

    const rows = tops.map((top) => tops.filter((other) => other === top).length);
    assert.ok(rows.length >= 3);
    assert.ok(Math.min(...rows) >= 2, `rows of ${rows.join(', ')}`);
  });
}
