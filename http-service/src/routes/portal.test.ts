import assert from 'node:assert/strict';
import { get, type OutgoingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { portalFiles } from '../portal/portal-files.ts';
import { sampleCamera, sampleMonitor } from '../testing/sample-monitor.ts';
import { serveRoutes } from '../testing/serve-routes.ts';
import { registerPortal } from './portal.ts';

const timeout = 10_000;
const EVIL_NAME = `</script><script>alert(1)</script> "O'Neil" & <b>\u2028`;

test('a camera name that is HTML is shown as text everywhere', { timeout }, async () => {
  const monitor = sampleMonitor([sampleCamera(0, { name: EVIL_NAME }), sampleCamera(1, { name: EVIL_NAME })]);
  await using served = await serveRoutes((router) => registerPortal(router, monitor));

  const html = await (await fetch(served.url)).text();

  assert.doesNotMatch(html, /<script>alert|<b>|"O'Neil"/);
  assert.equal(html.match(/<script/g)?.length, 2);
  const json = /<script type="application\/json" id="initial">([^<]*)<\/script>/.exec(html)?.[1] ?? '';
  assert.ok(!json.includes('\u2028'));
  assert.equal(JSON.parse(json).status.name, EVIL_NAME);
});

test('the state is painted in the HTML, before any script runs', { timeout }, async () => {
  const monitor = sampleMonitor();
  monitor.set({ state: 'restarting', cause: 'stalled', picture: { kind: 'held', ageMs: 12_000 } });
  await using served = await serveRoutes((router) => registerPortal(router, monitor));

  const html = await (await fetch(served.url)).text();

  assert.match(html, /data-tone="wait"><span class="dot"><\/span><span class="title">Restarting<\/span>/);
  assert.match(html, /picture 12 s old/);
  assert.match(html, /pictures stopped arriving/);
});

test('the page allows nothing inline and nothing from elsewhere', { timeout }, async () => {
  const monitor = sampleMonitor();
  await using served = await serveRoutes((router) => registerPortal(router, monitor));

  const response = await fetch(served.url);
  const html = await response.text();

  const policy = response.headers.get('Content-Security-Policy') ?? '';
  assert.equal(
    policy,
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  );
  assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=/);
});

test('frame ancestors come from the configuration', { timeout }, async () => {
  const monitor = sampleMonitor();
  const framed = { ...monitor, app: { ...monitor.app, frameAncestors: "'self' https://octopi.local" } };
  await using served = await serveRoutes((router) => registerPortal(router, framed));

  const policy = (await fetch(served.url)).headers.get('Content-Security-Policy') ?? '';

  assert.match(policy, /frame-ancestors 'self' https:\/\/octopi\.local$/);
});

test('every address in the page is relative, so that a path prefix does no harm', { timeout }, async () => {
  await using served = await serveRoutes((router) => registerPortal(router, sampleMonitor()));

  const html = await (await fetch(served.url)).text();

  const targets = [...html.matchAll(/\s(?:href|src|action|data-path)="([^"]*)"/g)].map((match) => match[1] ?? '');
  assert.ok(targets.length > 10);
  for (const target of targets) assert.doesNotMatch(target, /^\/|^https?:/, target);
});

test('the other camera is linked by its own address, else by the distance of its port', { timeout }, async () => {
  const monitor = sampleMonitor([
    sampleCamera(0),
    sampleCamera(1, { port: 18_090 }),
    sampleCamera(2, { publicUrl: 'https://cams.example/2/?a&b' }),
  ]);
  await using served = await serveRoutes((router) => registerPortal(router, monitor));

  const html = await (await fetch(served.url)).text();

  assert.match(html, /<a hidden data-port-difference="9">Prusa<\/a>/);
  assert.match(html, /<a href="https:\/\/cams\.example\/2\/\?a&amp;b">Prusa<\/a>/);
});

test('a camera without autofocus has no focus button', { timeout }, async () => {
  const monitor = sampleMonitor();
  monitor.set({ autofocus: null });
  await using served = await serveRoutes((router) => registerPortal(router, monitor));

  const html = await (await fetch(served.url)).text();

  assert.match(html, /<body data-autofocus="off" data-video="off">/);
});

test('a file of the page is answered with 304 while it is the same', { timeout }, async () => {
  await using served = await serveRoutes((router) => registerPortal(router, sampleMonitor()));

  const first = await fetch(`${served.url}portal/portal.js`);
  const etag = first.headers.get('ETag') ?? '';
  const second = await statusOf(`${served.url}portal/portal.js`, { 'If-None-Match': etag });

  assert.equal(first.status, 200);
  assert.equal(first.headers.get('Content-Type'), 'text/javascript; charset=utf-8');
  assert.equal(first.headers.get('Cache-Control'), 'no-cache');
  assert.equal(second, 304);
});

test('a file of the page is compressed only for those who ask', { timeout }, async () => {
  await using served = await serveRoutes((router) => registerPortal(router, sampleMonitor()));

  const plain = await fetch(`${served.url}portal/style.css`, { headers: { 'Accept-Encoding': 'identity' } });
  const small = await fetch(`${served.url}portal/style.css`, { headers: { 'Accept-Encoding': 'gzip' } });

  assert.equal(plain.headers.get('Content-Encoding'), null);
  assert.equal(small.headers.get('Content-Encoding'), 'gzip');
  assert.equal(await plain.text(), await small.text());
});

for (const path of [
  'nothing.js',
  'index.html',
  'texts/en.json',
  '..%2fpackage.json',
  '__proto__',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
]) {
  test(`portal/${path} is not served`, { timeout }, async () => {
    await using served = await serveRoutes((router) => registerPortal(router, sampleMonitor()));

    assert.equal((await fetch(`${served.url}portal/${path}`)).status, 404);
  });
}

/** Loaded only where video is switched on, or by another page. */
const OF_OTHERS = /^((view-choice|video-view|video-connection|webrtc-player)\.js$|wall\/)/;

test('page and files weigh less than 60 KB, uncompressed', { timeout }, async () => {
  await using served = await serveRoutes((router) => registerPortal(router, sampleMonitor()));

  const page = Buffer.byteLength(await (await fetch(served.url)).text());
  const assets = [...portalFiles().assets]
    .filter(([name]) => !OF_OTHERS.test(name))
    .reduce((sum, [, file]) => sum + file.body.byteLength, 0);

  assert.ok(page + assets < 60_000, `${page} + ${assets} bytes`);
});

/** fetch adds `Cache-Control: no-cache` to conditional requests; browsers that revalidate do not. */
function statusOf(url: string, headers: OutgoingHttpHeaders): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });
}
