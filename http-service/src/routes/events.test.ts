import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { MAX_EVENT_CLIENTS } from '../events/event-feed.ts';
import { sampleMonitor } from '../testing/sample-monitor.ts';
import { serveRoutes } from '../testing/serve-routes.ts';
import { registerEvents } from './events.ts';

const timeout = 20_000;

/** Gives one figure to whoever listens. */
function sampleMeter() {
  let listeners = 0;
  return {
    get listeners() {
      return listeners;
    },
    listen(onReading: (reading: { value: number; atMs: number }) => void) {
      listeners++;
      setImmediate(onReading, { value: 1507, atMs: 1_700_000_000_000 });
      return () => {
        listeners--;
      };
    },
  };
}

/** Reads until the text matches, then closes the connection. */
async function readUntil(response: Response, pattern: RegExp): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    text += part.value;
    if (pattern.test(text)) break;
  }
  await reader?.cancel();
  return text;
}

test('an event stream begins with the retry time and the whole status', { timeout }, async () => {
  const monitor = sampleMonitor();
  await using served = await serveRoutes((router) => registerEvents(router, monitor, sampleMeter(), systemClock));

  const response = await fetch(`${served.url}events`);
  const text = await readUntil(response, /\n\n.*\n\n/s);

  assert.equal(response.headers.get('Content-Type'), 'text/event-stream; charset=utf-8');
  assert.equal(response.headers.get('X-Accel-Buffering'), 'no');
  assert.equal(response.headers.get('Cache-Control'), 'no-store');
  assert.match(text, /^retry: 1000\n\nevent: status\nid: [0-9a-f]{8}-\d+\ndata: \{.*\}\n\n/);
});

test('a change reaches an open event stream', { timeout }, async () => {
  const monitor = sampleMonitor();
  await using served = await serveRoutes((router) => registerEvents(router, monitor, sampleMeter(), systemClock));
  const response = await fetch(`${served.url}events`);

  monitor.set({ state: 'failed', cause: 'acquire failed' });

  assert.match(await readUntil(response, /"state":"failed"/), /"cause":"acquire failed"/);
});

test('Last-Event-ID and ?after= both resume', { timeout }, async () => {
  const monitor = sampleMonitor();
  let clients = () => -1;
  await using served = await serveRoutes((router) => {
    const feed = registerEvents(router, monitor, sampleMeter(), systemClock);
    clients = () => feed.clients;
  });
  const id = /id: (\S+)/.exec(await readUntil(await fetch(`${served.url}events`), /id: \S+\n/))?.[1] ?? '';
  while (clients() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  monitor.set({ state: 'absent' });
  monitor.set({ state: 'idle' });

  const byHeader = await fetch(`${served.url}events`, { headers: { 'Last-Event-ID': id } });
  const byQuery = await fetch(`${served.url}events?after=${id}`);

  for (const response of [byHeader, byQuery])
    assert.match(await readUntil(response, /"idle"/), /"state":"absent".*"state":"idle"/s);
});

test('a client that goes away is forgotten', { timeout }, async () => {
  const monitor = sampleMonitor();
  let clients = () => -1;
  await using served = await serveRoutes((router) => {
    const feed = registerEvents(router, monitor, sampleMeter(), systemClock);
    clients = () => feed.clients;
  });
  const abort = new AbortController();
  await fetch(`${served.url}events`, { signal: abort.signal });
  assert.equal(clients(), 1);

  abort.abort();

  while (clients() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('one listener too many gets 503 with Retry-After', { timeout }, async () => {
  const monitor = sampleMonitor();
  await using served = await serveRoutes((router) => registerEvents(router, monitor, sampleMeter(), systemClock));
  const abort = new AbortController();
  const all = Array.from({ length: MAX_EVENT_CLIENTS }, () => fetch(`${served.url}events`, { signal: abort.signal }));
  await Promise.all(all);

  const response = await fetch(`${served.url}events`);

  assert.equal(response.status, 503);
  assert.equal(response.headers.get('Retry-After'), '10');
  abort.abort();
});

test('HEAD answers and holds nothing open', { timeout }, async () => {
  const monitor = sampleMonitor();
  await using served = await serveRoutes((router) => registerEvents(router, monitor, sampleMeter(), systemClock));

  const response = await fetch(`${served.url}events`, { method: 'HEAD' });

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('Content-Type'), 'text/event-stream; charset=utf-8');
});

test('focus figures go to those who ask, until they leave', { timeout }, async () => {
  const meter = sampleMeter();
  await using served = await serveRoutes((router) => registerEvents(router, sampleMonitor(), meter, systemClock));

  await readUntil(await fetch(`${served.url}events`), /event: status/);
  assert.equal(meter.listeners, 0);
  const text = await readUntil(await fetch(`${served.url}events?focus=1`), /event: focus-figure\n.*\n\n/);

  assert.match(text, /event: focus-figure\ndata: \{"value":1507,"atMs":1700000000000\}\n\n/);
  while (meter.listeners > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});
