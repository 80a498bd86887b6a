import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleMonitor } from '../testing/sample-monitor.ts';
import { serveRoutes } from '../testing/serve-routes.ts';
import { registerWebrtc } from './webrtc.ts';

test('the WebRTC page says why there is none and names our stream in both configurations', {
  timeout: 10_000,
}, async () => {
  await using served = await serveRoutes((router) => registerWebrtc(router, sampleMonitor()));

  const response = await fetch(`${served.url}webrtc`);
  const html = await response.text();

  assert.equal(response.status, 200);
  assert.match(html, /no hardware encoder/);
  assert.equal(html.split(`${served.url}stream.mjpg`).length - 1, 2);
  assert.match(response.headers.get('Content-Security-Policy') ?? '', /^default-src 'none'/);
});
