import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPair } from '../harness/start-pair.ts';
import { openBrowser, skipWithoutChromium, untilPill, visit } from './chromium.ts';

const options = { skip: skipWithoutChromium, timeout: 120_000 };

test('a tab in the background releases the camera, and has it again when it is back', options, async () => {
  await using pair = await startPair({ cameras: 1, env: { cam0_linger: '1' } });
  await using opened = await openBrowser();
  // Not a page of Playwright's own: those count as visible whatever is in front of them.
  const tabs = await opened.browser.newBrowserCDPSession();
  const { targetId } = await tabs.send('Target.createTarget', { url: pair.url(0) });
  await pair.untilStatus(0, 'to be watched', ({ viewers }) => viewers === 1);

  await tabs.send('Target.createTarget', { url: 'about:blank' });
  await pair.untilStatus(0, 'to rest', ({ viewers, state }) => viewers === 0 && state === 'idle');
  await tabs.send('Target.activateTarget', { targetId });
  const back = await pair.untilStatus(0, 'to be watched again', ({ viewers }) => viewers > 0);

  assert.equal(back.viewers, 1);
});

test('a storm of reloads leaves one viewer and one lease', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using opened = await openBrowser();
  const { page } = await opened.newPage();

  for (let turn = 0; turn < 20; turn++) await visit(page, pair.url(0), 'commit');
  await untilPill(page, 'Live');

  const status = await pair.untilStatus(0, 'to have one viewer', ({ viewers }) => viewers === 1);
  assert.equal(status.leases, 1);
});

test('a browser that crashes releases the camera', options, async () => {
  await using pair = await startPair({ cameras: 1, env: { cam0_linger: '1' } });
  await using opened = await openBrowser();
  const { page } = await opened.newPage();
  await visit(page, pair.url(0));
  await untilPill(page, 'Live');

  const session = await opened.browser.newBrowserCDPSession();
  await session.send('Browser.crash').catch(() => undefined); // it is gone before it answers

  await pair.untilStatus(0, 'to rest', ({ viewers, state }) => viewers === 0 && state === 'idle');
});
